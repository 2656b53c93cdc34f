// The PostgreSQL of `npm start`: started from the data folder, migrated, and started again when it dies.

import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { openStore, type Store } from '@deye-hard/store'
import { type EmbeddedServer, EmbeddedServerError, startEmbeddedServer } from '@deye-hard/store/embedded'
import { OpsError } from '../errors.ts'
import type { DataLayout } from './layout.ts'
import { ServiceLog } from './service-log.ts'

const DATABASE_NAME = 'solar'
const POOL_MAX = 3
const RESTART_FIRST_MS = 500
const RESTART_MAX_MS = 10_000

export interface LocalDatabase {
  store: Store
  url: string
  port: number
  /** undefined while it is being started again. */
  pid(): number | undefined
  stop(): Promise<void>
  kill(): void
}

interface Wanted {
  layout: DataLayout
  port: number
  password: string
  notice: (text: string) => void
}

/** Throws OpsError with the server's own sentence: folder, port, disk, version. */
export async function startDatabase(wanted: Wanted): Promise<LocalDatabase> {
  const log = new ServiceLog(join(wanted.layout.logs, 'postgres.log'))
  let server: EmbeddedServer | null = await launch(wanted, wanted.port, log)
  const { port } = server
  const url = server.url(DATABASE_NAME)
  const store = openStore({ databaseUrl: url, databasePoolMax: POOL_MAX })
  let wantedUp = true

  const watch = async (): Promise<void> => {
    while (wantedUp) {
      const exit = await server?.exited
      server = null
      if (!wantedUp) return
      wanted.notice(`PostgreSQL died (${exit?.signal ?? `exit code ${exit?.code}`}), starting it again.`)
      server = await relaunch(wanted, port, log, () => wantedUp)
    }
  }
  watch().catch(error => wanted.notice(`PostgreSQL cannot be watched any more: ${(error as Error).message}`))

  return {
    store,
    url,
    port,
    pid: () => server?.pid,
    async stop() {
      wantedUp = false
      await store.close()
      await server?.stop()
    },
    kill() {
      wantedUp = false
      server?.kill()
    },
  }
}

async function launch(wanted: Wanted, port: number, log: ServiceLog): Promise<EmbeddedServer> {
  try {
    return await startEmbeddedServer({
      dataDir: wanted.layout.postgres,
      port,
      password: wanted.password,
      database: DATABASE_NAME,
      countStatements: true,
      log: line => log.write(line),
    })
  } catch (error) {
    if (!(error instanceof EmbeddedServerError)) throw error
    const code = error.code === 'port_in_use' || error.code === 'in_use' ? 'OPS_REFUSED' : 'OPS_CONFIGURATION'
    throw new OpsError(code, sentenceOf(error, log), { cause: error })
  }
}

/** Its lines are not on the screen here, they are in the file. */
function sentenceOf(error: EmbeddedServerError, log: ServiceLog): string {
  if (error.code !== 'start_failed') return error.message
  return error.message.replace('see its log lines above this one', `its log is ${log.path}`)
}

async function relaunch(
  wanted: Wanted,
  port: number,
  log: ServiceLog,
  stillWanted: () => boolean,
): Promise<EmbeddedServer | null> {
  for (let waitMs = RESTART_FIRST_MS; stillWanted(); waitMs = Math.min(RESTART_MAX_MS, waitMs * 2)) {
    try {
      const server = await launch(wanted, port, log)
      if (stillWanted()) return server
      await server.stop()
    } catch (error) {
      wanted.notice(`PostgreSQL did not start again: ${(error as Error).message}`)
      await wait(waitMs)
    }
  }
  return null
}
