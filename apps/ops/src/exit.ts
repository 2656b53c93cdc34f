// The exit codes of every command; the numbers above 2 are those of sysexits.h.
export const EXIT = {
  ok: 0,
  /** The command worked and the answer is no: not found, already there, does not balance. */
  negative: 1,
  usage: 2,
  /** `provision --plan`: there is a difference; the number that other tools use for it. */
  differs: 2,
  /** Something the command needs does not answer: database, collector. */
  unavailable: 69,
  /** The environment or a file that it names is wrong. */
  configuration: 78,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export const EXIT_CODES_HELP =
  'Exit codes: 0 done · 1 negative outcome · 2 wrong usage, or a difference of provision --plan · 69 database or service unavailable · 78 wrong configuration'
