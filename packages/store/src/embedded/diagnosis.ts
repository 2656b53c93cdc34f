// Reads the log lines of a server that did not start and names the reason.
import { EmbeddedServerError, type EmbeddedServerErrorCode } from './errors.ts'

/** First match wins; messages are English because the cluster is made with --no-locale. */
const SIGNS: readonly [pattern: RegExp, code: EmbeddedServerErrorCode][] = [
  [/No space left on device|could not write to file .*: Disk quota exceeded/, 'disk_full'],
  [/could not bind IPv4 address|could not create any TCP\/IP sockets/, 'port_in_use'],
  [/database files are incompatible with server|initialized by PostgreSQL version/, 'other_major_version'],
  [
    /could not locate a valid checkpoint record|incorrect checksum|invalid checkpoint|is not a valid data directory|could not open (file|directory) "(global|base|pg_)|could not read file|could not find the database system|invalid (page|magic|record)|contains? (invalid|unexpected|unrecognized)|PANIC|syntax error in file/,
    'corrupt_data',
  ],
]

/** Another server (or what is left of a killed one) still holds the folder: worth another try. */
const STILL_HELD = /pre-existing shared memory block|lock file ".*postmaster\.pid" already exists/

export function isStillHeld(lines: readonly string[]): boolean {
  return lines.some(line => STILL_HELD.test(line))
}

export function explainFailure(
  lines: readonly string[],
  where: { folder: string; port: number },
): EmbeddedServerError {
  for (const [pattern, code] of SIGNS) {
    const line = lines.find(candidate => pattern.test(candidate))
    if (line) return new EmbeddedServerError(code, { ...where, cause: trim(line) })
  }
  const grave = lines.find(line => /FATAL|error:/.test(line)) ?? lines.at(-1) ?? 'it said nothing'
  return new EmbeddedServerError('start_failed', { ...where, cause: trim(grave) })
}

/** `2026-11-24 03:00:00.000 UTC [123] FATAL:  text` becomes `text`. */
function trim(line: string): string {
  return line.replace(/^.*?(FATAL|PANIC|LOG|ERROR|error):\s*/, '')
}
