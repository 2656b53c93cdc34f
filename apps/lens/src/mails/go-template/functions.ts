// Functions of templates: Go's own for comparing and looking into values, and the texts of Alertmanager.
import { ExecutionFault } from './syntax.ts'
import { GoObject, isTrue, itemsOf, textOf, type Value } from './values.ts'

/** As Go's text/template writes them. */
const HTML_ENTITIES: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
}

/** `and` and `or` are not here: the interpreter leaves out what need not be looked at. */
type GoFunction = (...parameters: Value[]) => Value

const CALLS: Readonly<Record<string, GoFunction>> = {
  not: value => !isTrue(given(value)),
  len: value => lengthOf(given(value)),
  index: (value, ...keys) => keys.reduce(entry, given(value)),
  slice: (value, from, to) => cut(given(value), from, to),
  eq: (first, ...others) => some(others).some(other => compare(given(first), other) === 0),
  ne: (a, b) => compare(given(a), given(b)) !== 0,
  lt: (a, b) => order(given(a), given(b)) < 0,
  le: (a, b) => order(given(a), given(b)) <= 0,
  gt: (a, b) => order(given(a), given(b)) > 0,
  ge: (a, b) => order(given(a), given(b)) >= 0,
  toUpper: value => text(value).toUpperCase(),
  toLower: value => text(value).toLowerCase(),
  trimSpace: value => text(value).trim(),
  html: value => escapeHtml(textOf(given(value))),
}

export const FUNCTIONS: ReadonlySet<string> = new Set(['and', 'or', ...Object.keys(CALLS)])

/** Throws as Go fails: for wrong arguments. */
export function callFunction(name: string, parameters: readonly Value[]): Value {
  return CALLS[name]!(...parameters)
}

function given(value: Value | undefined): Value {
  if (value === undefined) throw new ExecutionFault('wrong number of arguments')
  return value
}

function some(values: readonly Value[]): readonly Value[] {
  if (values.length === 0) throw new ExecutionFault('wrong number of arguments')
  return values
}

function text(value: Value | undefined): string {
  if (typeof value !== 'string') throw new ExecutionFault('wrong type of argument: text is expected')
  return value
}

function escapeHtml(value: string): string {
  return value.replace(/[\0"'&<>]/g, character => HTML_ENTITIES[character]!)
}

function lengthOf(value: Value): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (value instanceof Map) return value.size
  const items = itemsOf(value)
  if (items === null) throw new ExecutionFault('len of something that has no length')
  return items.length
}

function entry(value: Value, key: Value): Value {
  if (value instanceof Map) return value.get(text(key)) ?? ''
  const items = itemsOf(value)
  if (items === null) throw new ExecutionFault('index of something that has no entries')
  const item = typeof key === 'number' ? items[key] : undefined
  if (item === undefined) throw new ExecutionFault(`index out of range: ${textOf(key)}`)
  return item
}

function cut(value: Value, from: Value = 0, to?: Value): Value {
  const items = itemsOf(value)
  if (items === null) throw new ExecutionFault('slice of something that is no list')
  const end = to === undefined ? items.length : to
  if (typeof from !== 'number' || typeof end !== 'number' || from < 0 || end > items.length || from > end)
    throw new ExecutionFault('slice out of range')
  return items.slice(from, end)
}

/** 0 when equal; Go refuses to compare values of different kinds. */
function compare(a: Value, b: Value): number {
  if (isBasic(a) && isBasic(b)) {
    if (typeof a !== typeof b) throw new ExecutionFault('incompatible types for comparison')
    return a === b ? 0 : 1
  }
  if (a === null || b === null) return a === b ? 0 : 1
  throw new ExecutionFault('only texts, numbers and booleans are compared')
}

function order(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  throw new ExecutionFault('only two numbers or two texts have an order')
}

function isBasic(value: Value): value is string | number | boolean {
  return value !== null && !(value instanceof GoObject) && typeof value !== 'object'
}
