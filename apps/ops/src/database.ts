// Finds the database of a command, opens it for as long as the command runs, and says in one sentence what is wrong with it.
import { resolve } from 'node:path'
import { type Environment, readSettings } from '@deye-hard/config'
import { openStore, type Store, StoreError, storeSettings } from '@deye-hard/store'
import { type LocalConnection, readConnectionFile } from './connection-file.ts'
import { OpsError } from './errors.ts'
import { DEFAULT_DATA_DIR } from './project.ts'

const POOL_MAX = 2

/** Errors of the socket, and SQLSTATE classes and codes that mean "not now" or "not like this". */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOENT',
  '57P03',
  '57P01',
  '53300',
])
const WRONG_LOGIN = new Set(['28P01', '28000', '3D000', '42501'])
const NO_SCHEMA = new Set(['42P01', '42703', '3F000'])

export async function withStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
  const settings = readSettings(storeSettings, environmentWithDatabase())
  const store = openStore({ ...settings, databasePoolMax: POOL_MAX })
  try {
    return await use(store)
  } catch (error) {
    throw explain(error)
  } finally {
    await store.close()
  }
}

/** DATABASE_URL (or the file that DATABASE_URL_FILE names), else the database of the `npm start` that runs on the data folder. */
function environmentWithDatabase(): Environment {
  if (process.env.DATABASE_URL || process.env.DATABASE_URL_FILE) return process.env
  const url = localConnection()?.database_url
  if (!url)
    throw new OpsError(
      'OPS_CONFIGURATION',
      'No database is named: set DATABASE_URL, or run `npm start` in another terminal and try again.',
    )
  return { ...process.env, DATABASE_URL: url }
}

/** What a running `npm start` wrote; LOCAL_DATA_DIR names its folder when it is not `.data`. */
export function localConnection(): LocalConnection | null {
  return readConnectionFile(resolve(process.env.LOCAL_DATA_DIR || DEFAULT_DATA_DIR))
}

function explain(error: unknown): unknown {
  if (error instanceof OpsError) return error
  if (error instanceof StoreError) return new OpsError('OPS_CONFIGURATION', error.message, { cause: error })
  const code = codeOf(error)
  const said = error instanceof Error && error.message ? error.message : code
  if (UNREACHABLE.has(code))
    return new OpsError(
      'OPS_UNAVAILABLE',
      `The database does not answer (${said}): check that it runs and that DATABASE_URL points to it.`,
      { cause: error },
    )
  if (WRONG_LOGIN.has(code))
    return new OpsError(
      'OPS_CONFIGURATION',
      `The database refused (${said}): check user, password and database name in DATABASE_URL.`,
      { cause: error },
    )
  if (NO_SCHEMA.has(code))
    return new OpsError(
      'OPS_CONFIGURATION',
      `The database lacks tables (${said}): run \`npm run ops -- migrate\` first.`,
      { cause: error },
    )
  return error
}

/** Node wraps the errors of several addresses of one host into an AggregateError. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown }
  if (typeof code === 'string') return code
  return cause === undefined ? '' : codeOf(cause)
}
