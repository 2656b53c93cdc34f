// What a declared setting is, and how a rule for one form becomes a function that declares settings of it.
import type { SettingProblemCode } from './errors.ts'

export type Parsed<T> = { kind: 'value'; value: T } | { kind: 'problem'; code: SettingProblemCode }

export interface Setting<T> {
  /** Name of the environment variable. */
  readonly name: string
  /** One line for `.env.example`. */
  readonly about: string
  /** Expected form, fit to follow "expected". */
  readonly form: string
  /** The default, or a value that has the form; null where the form says it all. */
  readonly example: string | null
  readonly secret: boolean
  /** Neither a default nor optional. */
  readonly required: boolean
  /** The default as it would stand in the environment; null without one. */
  readonly defaultText: string | null
  /** Value when the variable is unset; undefined without a default. */
  readonly fallback: T | undefined
  readonly parse: (text: string) => Parsed<T>
}

export interface Rule<T> {
  form: string
  /** Shown where there is no default. */
  example?: string
  parse: (text: string) => Parsed<T>
  /** Writes a default, so that `parse(format(value))` is the value; `String` without it. */
  format?: (value: T) => string
  secret?: boolean
}

interface About {
  about: string
}

/** Without `default` the variable is required, unless `optional: true` makes an unset one undefined. */
export interface Declare<T, Extra, Default = T> {
  (name: string, options: About & Extra & { optional: true }): Setting<T | undefined>
  (name: string, options: About & Extra & { default?: Default; optional?: false }): Setting<T>
}

interface Given<Default> extends About {
  default?: Default
  optional?: boolean
}

/** Throws a TypeError for a default that its own rule refuses: that is a bug of the declaration. */
export function declare<T, Extra = unknown, Default = T>(
  ruleFor: (options: Extra, name: string) => Rule<T>,
): Declare<T, Extra, Default> {
  return (name: string, options: Given<Default> & Extra): Setting<T> => {
    const rule = ruleFor(options, name)
    const defaultText = writeDefault(options.default, rule)
    const parsed = defaultText === null ? null : rule.parse(defaultText)
    if (parsed?.kind === 'problem') throw new TypeError(`The default of ${name} is not ${rule.form}`)
    return {
      name,
      about: options.about,
      form: rule.form,
      example: rule.example === undefined ? null : (defaultText ?? rule.example),
      secret: rule.secret ?? false,
      required: defaultText === null && options.optional !== true,
      defaultText,
      fallback: parsed?.value,
      parse: rule.parse,
    }
  }
}

/** A default may be given as text in the rule's own form (`'10s'`) or as the value (10_000). */
function writeDefault<T, Default>(given: Default | undefined, rule: Rule<T>): string | null {
  if (given === undefined) return null
  if (typeof given === 'string') return given
  return (rule.format ?? String)(given as unknown as T)
}
