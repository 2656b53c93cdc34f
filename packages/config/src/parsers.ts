// Text of an environment variable to a checked value, one function for each form.
import type { Parsed } from './declare.ts'
import { Secret } from './secret.ts'

const TRUE_WORDS = ['true', '1', 'yes', 'on']
const FALSE_WORDS = ['false', '0', 'no', 'off']

export interface Bounds {
  min?: number | undefined
  max?: number | undefined
}

/** Whole numbers up to 2^53 - 1; null for any other form. */
export function parseInteger(text: string): number | null {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(value) ? value : null
}

/** Finite decimal numbers, also `1e-3`; null for any other form. */
export function parseNumber(text: string): number | null {
  const value = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(value) ? value : null
}

/** Holds a parsed number against its bounds, both inclusive. */
export function withinBounds(value: number | null, bounds: Bounds): Parsed<number> {
  if (value === null) return { kind: 'problem', code: 'wrong_form' }
  const inside = value >= (bounds.min ?? -Infinity) && value <= (bounds.max ?? Infinity)
  return inside ? { kind: 'value', value } : { kind: 'problem', code: 'out_of_range' }
}

/** The URL as written, without slashes at its end, so that a path can be appended. */
export function parseUrl(text: string, protocols: readonly string[]): Parsed<string> {
  const url = URL.parse(text)
  if (url === null || !text.includes('://')) return { kind: 'problem', code: 'wrong_form' }
  if (!protocols.includes(url.protocol.slice(0, -1))) return { kind: 'problem', code: 'not_allowed' }
  return { kind: 'value', value: text.replace(/\/+$/, '') }
}

export function parseFlag(text: string): Parsed<boolean> {
  const word = text.toLowerCase()
  if (TRUE_WORDS.includes(word)) return { kind: 'value', value: true }
  if (FALSE_WORDS.includes(word)) return { kind: 'value', value: false }
  return { kind: 'problem', code: 'wrong_form' }
}

export interface SecretRule {
  /** The value that the documentation shows; whoever copies it has no secret. */
  example?: string
  minLength?: number
}

export function parseSecret(text: string, rule: SecretRule): Parsed<Secret> {
  if (text.trim() === '') return { kind: 'problem', code: 'empty_secret' }
  if (text === rule.example) return { kind: 'problem', code: 'example_secret' }
  if (text.length < (rule.minLength ?? 1)) return { kind: 'problem', code: 'short_secret' }
  return { kind: 'value', value: new Secret(text) }
}
