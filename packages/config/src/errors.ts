// The closed list of what can be wrong with a setting, and the one error that carries all of it.

/** Code of a problem; `ConfigError.problems` holds one entry for each variable that is wrong. */
export const SETTING_PROBLEM_CODES = [
  'missing',
  'wrong_form',
  'out_of_range',
  'not_allowed',
  'empty_secret',
  'example_secret',
  'short_secret',
  'unreadable_file',
  'set_twice',
] as const
export type SettingProblemCode = (typeof SETTING_PROBLEM_CODES)[number]

export interface SettingProblem {
  code: SettingProblemCode
  /** Name of the environment variable. */
  variable: string
  /** Form of what was found, never its value. */
  found: string
  /** Form that is expected, with an example. */
  expected: string
}

/** Thrown once by `readSettings` with every problem; an app prints `message` and exits with 78 (EX_CONFIG). */
export class ConfigError extends Error {
  readonly code = 'invalid_settings'
  readonly problems: readonly SettingProblem[]

  constructor(problems: readonly SettingProblem[]) {
    super(problems.map(sentence).join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

function sentence(problem: SettingProblem): string {
  return `${problem.variable}: found ${problem.found}, expected ${problem.expected}.`
}
