// Names an error for error.type of spans and metrics: few values, and none that holds data.
import pg from 'pg'

/** SQLSTATE codes that tell the reader something; another one becomes the general code of its class, for example 22000. */
const TELLING_SQLSTATES = new Set(
  `08000 08003 08006 08P01 22001 22003 22007 22008 22021 22P02 22P05 23502 23503 23505 23514 25006 25P02 25P03 28000 28P01
   3D000 3F000 40001 40P01 42501 42601 42703 42P01 53100 53200 53300 53400 55000 55P03 57014 57P01 57P02 57P03 57P05 58030
   XX000 XX001`.split(/\s+/),
)

/** pg gives these no code (lib/client.js of pg, index.js of pg-pool). */
const DRIVER_ERRORS: readonly (readonly [RegExp, string])[] = [
  [
    /^(timeout exceeded when trying to connect|timeout expired|.*due to connection timeout)$/,
    'connect_timeout',
  ],
  [/^Query read timeout$/, 'query_timeout'],
  [/^(Connection terminated|Client has encountered a connection error)/, 'connection_lost'],
  [/^(Cannot use a pool after calling end|Client was closed)/, 'closed'],
]

const NODE_CODE = /^[A-Z][A-Z0-9_]{2,40}$/
const CLASS_NAME = /^[A-Za-z]\w{0,40}$/
/** What OpenTelemetry's conventions call an error without a name. */
const OTHER = '_OTHER'

/** SQLSTATE, or code of node (ECONNREFUSED), or a name for what the driver gives none, or else the class of the error. */
export function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return OTHER
  const { code } = error as { code?: unknown }
  if (error instanceof pg.DatabaseError) return fromSqlState(error.code)
  if (typeof code === 'string' && NODE_CODE.test(code)) return code
  if (error instanceof AggregateError && error.errors.length > 0) return errorTypeOf(error.errors[0])
  const known = DRIVER_ERRORS.find(([message]) => message.test(error.message))
  if (known) return known[1]
  return CLASS_NAME.test(error.name) ? error.name : OTHER
}

function fromSqlState(code: string | undefined): string {
  if (code === undefined || !/^[0-9A-Z]{5}$/.test(code)) return 'DatabaseError'
  return TELLING_SQLSTATES.has(code) ? code : `${code.slice(0, 2)}000`
}
