// The forms that a setting can have; an app's `src/settings.ts` is a list of these.
import { declare, type Parsed, type Setting } from './declare.ts'
import {
  type Bounds,
  parseFlag,
  parseInteger,
  parseNumber,
  parseSecret,
  parseUrl,
  type SecretRule,
  withinBounds,
} from './parsers.ts'
import type { Secret } from './secret.ts'
import { formatBytes, formatDuration, parseBytes, parseDuration } from './units.ts'

const MAX_PORT = 65_535

/** Bounds as people write them (`'1s'`) or in milliseconds or bytes. */
interface WrittenBounds {
  min?: string | number
  max?: string | number
}

interface UrlForm {
  /** Without colon: `['http', 'https']`. */
  protocols: readonly string[]
  example?: string
}

interface TextForm {
  pattern?: RegExp
  /** What `pattern` means, fit to follow "expected". */
  form?: string
}

const port = declare<number>(() => ({
  form: `a port between 0 and ${MAX_PORT}`,
  example: '8899',
  parse: text => withinBounds(parseInteger(text), { min: 0, max: MAX_PORT }),
}))

const integer = declare<number, Bounds>(bounds => ({
  form: `a whole number${range(bounds, String)}`,
  example: String(bounds.min ?? bounds.max ?? 10),
  parse: text => withinBounds(parseInteger(text), bounds),
}))

const number = declare<number, Bounds>(bounds => ({
  form: `a number${range(bounds, String)}`,
  example: String(bounds.min ?? bounds.max ?? 0.5),
  parse: text => withinBounds(parseNumber(text), bounds),
}))

/** `250ms`, `10s`, `5m`, `1h`, `14d`; the value is in milliseconds. */
const duration = declare<number, WrittenBounds, string | number>((written, name) => {
  const bounds = readBounds(written, parseDuration, name)
  return {
    form: `a duration${range(bounds, formatDuration)}`,
    example: formatDuration(bounds.min || 10_000),
    parse: text => withinBounds(parseDuration(text), bounds),
    format: formatDuration,
  }
})

/** `512`, `64KiB`, `2GiB`; the value is in bytes. */
const bytes = declare<number, WrittenBounds, string | number>((written, name) => {
  const bounds = readBounds(written, parseBytes, name)
  return {
    form: `a size${range(bounds, formatBytes)}`,
    example: formatBytes(bounds.min || 65_536),
    parse: text => withinBounds(parseBytes(text), bounds),
    format: formatBytes,
  }
})

/** The value is the text of the URL without slashes at its end. */
const url = declare<string, UrlForm>(({ protocols, example }) => ({
  form: `a URL that starts with ${protocols.map(protocol => `${protocol}://`).join(' or ')}`,
  example: example ?? `${protocols[0]}://127.0.0.1:3000`,
  parse: text => parseUrl(text, protocols),
}))

/** `true` or `false`; 1, 0, yes, no, on and off are understood too. */
const flag = declare<boolean>(() => ({ form: 'true or false', parse: parseFlag }))

const text = declare<string, TextForm>(({ pattern, form }) => ({
  form: form ?? 'a text',
  parse: value =>
    pattern?.test(value) === false ? { kind: 'problem', code: 'wrong_form' } : { kind: 'value', value },
}))

/** Read from NAME, or from the file that NAME_FILE names. Takes no default: a secret in the source is none. */
const secret = declare<Secret, SecretRule, never>((rule, name) => ({
  form: `a secret${(rule.minLength ?? 1) > 1 ? ` of at least ${rule.minLength} characters` : ''} of your own in ${name}, or in a file that ${name}_FILE names, for example /run/secrets/${name.toLowerCase()}`,
  parse: value => parseSecret(value, rule),
  secret: true,
}))

function oneOf<const V extends string>(
  name: string,
  options: { about: string; values: readonly V[]; optional: true },
): Setting<V | undefined>
function oneOf<const V extends string>(
  name: string,
  options: { about: string; values: readonly V[]; default?: NoInfer<V> },
): Setting<V>
function oneOf(
  name: string,
  options: { about: string; values: readonly string[]; default?: string; optional?: true },
): Setting<string> | Setting<string | undefined> {
  const parse = (value: string): Parsed<string> =>
    options.values.includes(value) ? { kind: 'value', value } : { kind: 'problem', code: 'not_allowed' }
  const declareOne = declare<string>(() => ({
    form: `one of ${options.values.join(', ')}`,
    parse,
  }))
  const { about, default: fallback, optional } = options
  if (optional === true) return declareOne(name, { about, optional })
  return declareOne(name, fallback === undefined ? { about } : { about, default: fallback })
}

export const setting = { port, integer, number, duration, bytes, url, oneOf, flag, text, secret }

function range(bounds: Bounds, format: (value: number) => string): string {
  if (bounds.min !== undefined && bounds.max !== undefined) {
    return ` between ${format(bounds.min)} and ${format(bounds.max)}`
  }
  if (bounds.min !== undefined) return ` of at least ${format(bounds.min)}`
  if (bounds.max !== undefined) return ` of at most ${format(bounds.max)}`
  return ''
}

function readBounds(written: WrittenBounds, parse: (text: string) => number | null, name: string): Bounds {
  const read = (bound: string | number | undefined) => {
    const value = typeof bound === 'string' ? parse(bound) : bound
    if (value === null) throw new TypeError(`A bound of ${name} has no form that the setting itself accepts`)
    return value
  }
  return { min: read(written.min), max: read(written.max) }
}
