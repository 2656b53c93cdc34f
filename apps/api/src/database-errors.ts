// Tells a database that is away (the caller may try again) from a bug in a query (he may not).

/**
 * SQLSTATE: 08 connection, 25006 a standby that only reads, 40 deadlock, 53 out of disk, memory or connections, 55P03 lock timeout,
 * 57014 statement timeout, 57P0x shutdown and start.
 */
const AWAY_SQLSTATE = /^(08...|25006|40...|53...|55P03|57014|57P0.)$/
const AWAY_SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
])
/** pg gives these no code. */
const AWAY_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout|Cannot use a pool after calling end)/

const CAUSES_MAX = 5

export function isDatabaseAway(error: unknown): boolean {
  let current = error
  for (let depth = 0; depth < CAUSES_MAX && current instanceof Error; depth += 1) {
    const { code } = current as { code?: unknown }
    if (typeof code === 'string' && (AWAY_SQLSTATE.test(code) || isSystemCode(code, current))) return true
    if (AWAY_MESSAGES.test(current.message)) return true
    current = current instanceof AggregateError ? current.errors[0] : current.cause
  }
  return false
}

/** Only errors of a socket: a missing file is no missing database. */
function isSystemCode(code: string, error: Error): boolean {
  return AWAY_SYSTEM_CODES.has(code) && (error as { syscall?: unknown }).syscall !== 'open'
}
