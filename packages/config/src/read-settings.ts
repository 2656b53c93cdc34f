// Reads every declared setting from the environment at once and reports all that is wrong together.
import { readFileSync } from 'node:fs'
import type { Setting } from './declare.ts'
import { ConfigError, type SettingProblem } from './errors.ts'
import { describeForm, describeSecretForm } from './value-form.ts'

export type SettingsSpec = Record<string, Setting<unknown>>
export type SettingsOf<S extends SettingsSpec> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never
}
export type Environment = Record<string, string | undefined>

type Outcome = { kind: 'value'; value: unknown } | { kind: 'problem'; problem: SettingProblem }
type Found = { kind: 'text'; text: string } | { kind: 'unset' } | { kind: 'problem'; problem: SettingProblem }

/**
 * A typed object with the keys of `spec`. An empty variable counts as unset.
 * Throws one ConfigError that names every variable in trouble; it never holds a value, so it can be printed.
 */
export function readSettings<S extends SettingsSpec>(spec: S, environment: Environment): SettingsOf<S> {
  const values: Record<string, unknown> = {}
  const problems: SettingProblem[] = []
  for (const [key, setting] of Object.entries(spec)) {
    const outcome = readOne(setting, environment)
    if (outcome.kind === 'value') values[key] = outcome.value
    else problems.push(outcome.problem)
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return values as SettingsOf<S>
}

function readOne(setting: Setting<unknown>, environment: Environment): Outcome {
  const found = setting.secret ? findSecret(setting, environment) : findPlain(setting, environment)
  if (found.kind === 'problem') return found
  if (found.kind === 'unset') {
    return setting.required
      ? problem(setting, 'missing', 'nothing')
      : { kind: 'value', value: setting.fallback }
  }
  const parsed = setting.parse(found.text)
  if (parsed.kind === 'value') return parsed
  return problem(setting, parsed.code, foundForm(setting, found.text, parsed.code))
}

function findPlain(setting: Setting<unknown>, environment: Environment): Found {
  const text = environment[setting.name]?.trim() ?? ''
  return text === '' ? { kind: 'unset' } : { kind: 'text', text }
}

/** NAME_FILE is the convention of docker secrets; editors end a file with a newline that is not part of the secret. */
function findSecret(setting: Setting<unknown>, environment: Environment): Found {
  const direct = environment[setting.name] ?? ''
  const fileVariable = `${setting.name}_FILE`
  const path = environment[fileVariable]?.trim() ?? ''
  if (direct !== '' && path !== '') {
    return problem(setting, 'set_twice', `both ${setting.name} and ${fileVariable}`)
  }
  if (path === '') return direct === '' ? { kind: 'unset' } : { kind: 'text', text: direct }
  try {
    return { kind: 'text', text: readFileSync(path, 'utf8').replace(/\r?\n$/, '') }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    return problem(setting, 'unreadable_file', `${fileVariable} with a file that cannot be read (${code})`)
  }
}

function foundForm(setting: Setting<unknown>, text: string, code: SettingProblem['code']): string {
  if (code === 'example_secret') return 'the example from the documentation'
  if (code === 'empty_secret') return 'an empty secret'
  return setting.secret ? describeSecretForm(text) : describeForm(text)
}

function problem(
  setting: Setting<unknown>,
  code: SettingProblem['code'],
  found: string,
): { kind: 'problem'; problem: SettingProblem } {
  const { name, form, example } = setting
  const expected = example === null ? form : `${form}, for example ${example}`
  return { kind: 'problem', problem: { code, variable: name, found, expected } }
}
