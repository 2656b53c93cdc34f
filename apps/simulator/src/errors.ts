// What can be wrong with a command: a closed list, each shown as one sentence on stderr.

export const COMMAND_ERROR_CODES = [
  'bad_option',
  'bad_fleet_file',
  'bad_replay_file',
  'bad_journal_file',
  'no_collector',
] as const
export type CommandErrorCode = (typeof COMMAND_ERROR_CODES)[number]

/** Exit codes: 0 done, 1 a check of the command failed, 2 wrong use or input. */
export const EXIT_CHECK_FAILED = 1
export const EXIT_WRONG_USE = 2

export class CommandError extends Error {
  readonly code: CommandErrorCode

  constructor(code: CommandErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CommandError'
    this.code = code
  }
}

/** The reason of a failed file access or dial in words that fit into a sentence. */
export function systemProblem(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  switch (code) {
    case 'ENOENT':
      return 'it does not exist'
    case 'EACCES':
    case 'EPERM':
      return 'access is denied'
    case 'EISDIR':
      return 'it is a folder'
    case 'ENOSPC':
      return 'the disk is full'
    case 'ECONNREFUSED':
      return 'nobody listens there'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the host is unknown'
    default:
      return error instanceof Error ? error.message : String(error)
  }
}
