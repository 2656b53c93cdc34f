// A small table-driven check of JSON from outside: which field is wrong, what form it has, what form is expected.

export type Check<T> = { kind: 'ok'; value: T } | Refusal
export interface Refusal {
  kind: 'refused'
  /** Path of the field, `reading.values.grid_voltage_l1_v`. */
  field: string
  /** Form of what was found, without its value. */
  form: string
  expected: string
}

export interface FieldRule {
  field: string
  expected: string
  holds: (value: unknown) => boolean
}

/** The first rule that does not hold; fields without a rule are not looked at. */
export function checkFields<T>(value: unknown, rules: readonly FieldRule[], path = ''): Check<T> {
  if (!isObject(value)) return refuse(path === '' ? 'message' : path, value, 'an object')
  for (const rule of rules) {
    const found = Object.hasOwn(value, rule.field) ? value[rule.field] : undefined
    if (!rule.holds(found))
      return refuse(path === '' ? rule.field : `${path}.${rule.field}`, found, rule.expected)
  }
  return { kind: 'ok', value: value as T }
}

export function refuse(field: string, found: unknown, expected: string): Refusal {
  return { kind: 'refused', field, form: formOf(found), expected }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isWhole(min: number, max: number): (value: unknown) => boolean {
  return value => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
}

export function isMatching(pattern: RegExp): (value: unknown) => boolean {
  return value => typeof value === 'string' && pattern.test(value)
}

export function isOneOf(values: readonly unknown[]): (value: unknown) => boolean {
  return value => values.includes(value)
}

/** Text that PostgreSQL takes: it refuses NUL in any text and unpaired surrogates in JSON, and would sink the whole batch. */
export function isStorableText(maxLength: number): (value: unknown) => boolean {
  return value =>
    typeof value === 'string' && value.length <= maxLength && !value.includes('\0') && value.isWellFormed()
}

/** ISO 8601 in UTC with milliseconds, of a real date between 2015 and 2100. */
export function isInstant(value: unknown): boolean {
  if (typeof value !== 'string' || !/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return false
  const date = new Date(value)
  return !Number.isNaN(date.getTime()) && date.toISOString() === value && date.getUTCFullYear() >= 2015
}

function formOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'string') return `a text of ${value.length} characters`
  if (typeof value === 'number') return Number.isInteger(value) ? 'a whole number' : 'a number'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
