// What lies where in the data folder of `npm start`, and which layout this version writes.
import { join } from 'node:path'

/** Raised when an older folder can no longer be used as it is. */
export const LAYOUT_VERSION = 1

export interface DataLayout {
  root: string
  versionFile: string
  lockFile: string
  postgres: string
  spool: string
  lens: string
  secrets: string
  logs: string
  fleetFile: string
  jwtKeysFile: string
  databasePasswordFile: string
  monitorPasswordFile: string
  clientSecretFile: string
  demoPasswordFile: string
}

export function dataLayout(root: string): DataLayout {
  const secrets = join(root, 'secrets')
  return {
    root,
    versionFile: join(root, 'layout.json'),
    lockFile: join(root, 'lock'),
    postgres: join(root, 'postgres'),
    spool: join(root, 'spool'),
    lens: join(root, 'lens'),
    secrets,
    logs: join(root, 'logs'),
    fleetFile: join(root, 'fleet.json'),
    jwtKeysFile: join(secrets, 'jwt-keys.json'),
    databasePasswordFile: join(secrets, 'database-password'),
    monitorPasswordFile: join(secrets, 'monitor-password'),
    clientSecretFile: join(secrets, 'collector-secret'),
    demoPasswordFile: join(secrets, 'demo-password'),
  }
}

/** All that `--fresh` may delete: named one by one, so that a wrong --data-dir loses nothing else. */
export function freshEntries(layout: DataLayout): string[] {
  const besidePostgres = ['.new', '.password', '.starter.json'].map(ending => layout.postgres + ending)
  return [
    layout.postgres,
    ...besidePostgres,
    layout.spool,
    layout.lens,
    layout.secrets,
    layout.logs,
    layout.fleetFile,
  ]
}
