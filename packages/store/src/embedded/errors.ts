// The closed list of reasons why an embedded PostgreSQL does not start; each message ends with the way out.

const MESSAGES = {
  not_installed:
    'There is no PostgreSQL for {platform} in node_modules: run `pnpm install` with optional dependencies, or set DATABASE_URL to a PostgreSQL 17 server.',
  folder_not_writable:
    'The folder {folder} cannot be created or written: make it writable or choose another one.',
  unreachable_folder:
    'User "{user}", who must run PostgreSQL because root may not, cannot enter {folder}: run `chmod o+x {folder}`, move the project, or start it as an ordinary user.',
  port_in_use:
    'Port {port} on 127.0.0.1 is in use by another program: stop it or choose another port for PostgreSQL.',
  disk_full: 'The disk that holds {folder} is full: free some space and start again; the data is intact.',
  other_major_version:
    'The database in {folder} was made by PostgreSQL {found}, this is PostgreSQL {wanted}: move the folder away or dump and restore it with the old version.',
  corrupt_data:
    'The database in {folder} is damaged ({cause}): restore a backup, or move the folder away to start empty.',
  in_use:
    'The database in {folder} is already run by process {pid}: stop that process or choose another folder.',
  wrong_password:
    'The database in {folder} was made with another password: use that password, or move the folder away to start empty.',
  start_failed: 'PostgreSQL did not start in {folder} ({cause}): see its log lines above this one.',
  start_timeout:
    'PostgreSQL in {folder} was not ready within {seconds} s: it may still recover from a crash; start again with a longer limit.',
} as const

export type EmbeddedServerErrorCode = keyof typeof MESSAGES
export const EMBEDDED_SERVER_ERROR_CODES = Object.keys(MESSAGES) as EmbeddedServerErrorCode[]

export class EmbeddedServerError extends Error {
  override readonly name = 'EmbeddedServerError'
  readonly code: EmbeddedServerErrorCode

  constructor(
    code: EmbeddedServerErrorCode,
    fields: Record<string, string | number>,
    options?: ErrorOptions,
  ) {
    super(
      MESSAGES[code].replace(/\{(\w+)\}/g, (_, name: string) => String(fields[name] ?? 'unknown')),
      options,
    )
    this.code = code
  }
}
