// Makes a database cluster in a folder, once, and checks one that is there.
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { type Binaries, EMBEDDED_MAJOR_VERSION } from './binaries.ts'
import { explainFailure } from './diagnosis.ts'
import { EmbeddedServerError } from './errors.ts'
import type { RunAs } from './privileges.ts'
import { runProgram } from './program.ts'

/** Creates the folder that will hold the data folder. Throws `folder_not_writable`. */
export function prepareParent(dataDir: string): void {
  try {
    mkdirSync(dirname(dataDir), { recursive: true })
  } catch (cause) {
    throw unwritable(dirname(dataDir), cause)
  }
}

/** True when the folder holds a cluster of our major version, false when there is nothing yet. */
export function clusterExists(dataDir: string): boolean {
  if (!existsSync(dataDir) || readdirSync(dataDir).length === 0) return false
  const versionFile = join(dataDir, 'PG_VERSION')
  if (!existsSync(versionFile)) {
    throw new EmbeddedServerError('corrupt_data', { folder: dataDir, cause: 'PG_VERSION is missing' })
  }
  const found = readFileSync(versionFile, 'utf8').trim()
  if (found !== EMBEDDED_MAJOR_VERSION) {
    throw new EmbeddedServerError('other_major_version', {
      folder: dataDir,
      found: found || 'an unknown version',
      wanted: EMBEDDED_MAJOR_VERSION,
    })
  }
  return true
}

/** Works in a folder beside it and renames at the end, so that a killed initdb leaves nothing half made. */
export async function createCluster(
  binaries: Binaries,
  runAs: RunAs,
  cluster: { dataDir: string; password: string; durable: boolean; log: (line: string) => void },
): Promise<void> {
  const { dataDir, password, durable, log } = cluster
  const fresh = `${dataDir}.new`
  const passwordFile = `${dataDir}.password`
  try {
    rmSync(fresh, { recursive: true, force: true })
    mkdirSync(fresh, { mode: 0o700 })
    writeFileSync(passwordFile, password, { mode: 0o600 })
    if (runAs.owner)
      for (const path of [fresh, passwordFile]) chownSync(path, runAs.owner.uid, runAs.owner.gid)
  } catch (cause) {
    throw unwritable(dirname(dataDir), cause)
  }
  try {
    const lines: string[] = []
    const exit = await runProgram(
      runAs,
      binaries.initdb,
      initdbArguments(fresh, passwordFile, durable),
      line => {
        lines.push(line)
        log(line)
      },
    )
    if (exit.code !== 0) throw explainFailure(lines, { folder: dataDir, port: 0 })
    renameSync(fresh, dataDir)
  } finally {
    rmSync(passwordFile, { force: true })
    rmSync(fresh, { recursive: true, force: true })
  }
}

function initdbArguments(folder: string, passwordFile: string, durable: boolean): string[] {
  return [
    '-D',
    folder,
    '-U',
    'postgres',
    `--pwfile=${passwordFile}`,
    '--auth-host=scram-sha-256',
    '--auth-local=reject',
    '-E',
    'UTF8',
    '--no-locale',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(durable ? [] : ['--no-sync']),
  ]
}

function unwritable(folder: string, cause: unknown): EmbeddedServerError {
  if ((cause as NodeJS.ErrnoException).code === 'ENOSPC')
    return new EmbeddedServerError('disk_full', { folder }, { cause })
  return new EmbeddedServerError('folder_not_writable', { folder }, { cause })
}
