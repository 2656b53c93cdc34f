// Turns a filter into a condition of ClickHouse, with SigNoz's rules for types that differ and for keys that a record lacks.
import type { QueryRequest, Refuse } from './contract.ts'
import { type Comparator, type FilterTree, type Literal, readFilterTree } from './filter-tree.ts'
import { quoted } from './sql-text.ts'
import { listValues, singleValue } from './variables.ts'

/** What a key stands for in the table that is asked. */
export interface Field {
  sql: string
  type: 'string' | 'number' | 'bool'
  /** A condition; absent where every record has the field. */
  exists?: string
  /** That a record without the field meets no positive condition, not even `= ''`. */
  mustExist?: true
  /** SigNoz compares bodies of log records without regard to case. */
  ignoresCase?: true
  /** `500ms` is a value of it. */
  isDuration?: true
}

export interface FilterScope {
  /** Undefined after a refusal. */
  fieldOf(key: string): Field | undefined
  variables: QueryRequest['variables']
  /** Where text in quotes that stands alone is looked for. */
  searched?: Field
  refuse: Refuse
}

type Comparison = Extract<FilterTree, { kind: 'comparison' }>

/** Undefined where nothing is filtered: no expression, or variables that stand for all. */
export function filterCondition(expression: string | undefined, scope: FilterScope): string | undefined {
  if (expression === undefined || expression.trim() === '') return undefined
  const read = readFilterTree(expression)
  if (read.outcome === 'read') return condition(read.tree, scope)
  scope.refuse(`filter ${expression} ${read.message}`)
  return undefined
}

/** A part that filters nothing takes its whole OR with it, and leaves the rest of its AND. */
function condition(tree: FilterTree, scope: FilterScope): string | undefined {
  switch (tree.kind) {
    case 'and': {
      const parts = tree.parts.map(part => condition(part, scope)).filter(part => part !== undefined)
      return parts.length === 0 ? undefined : joined(parts, 'AND')
    }
    case 'or': {
      const parts = tree.parts.map(part => condition(part, scope))
      return parts.includes(undefined) ? undefined : joined(parts as string[], 'OR')
    }
    case 'not': {
      const part = condition(tree.part, scope)
      return part === undefined ? undefined : `NOT (${part})`
    }
    case 'comparison':
      return comparison(tree, scope)
    case 'search':
      return search(tree.text, scope)
    case 'call':
      return call(tree, scope)
  }
}

function joined(parts: readonly string[], joint: 'AND' | 'OR'): string {
  return parts.length === 1 ? parts[0]! : parts.map(part => `(${part})`).join(` ${joint} `)
}

function comparison(tree: Comparison, scope: FilterScope): string | undefined {
  const field = scope.fieldOf(tree.key)
  if (field === undefined) return undefined
  const { operator, isNegated, values } = tree
  if (operator === 'EXISTS') return existence(field, isNegated)
  if (operator === 'IN') {
    const list = listValues(values, scope.variables, scope.refuse)
    if (list === 'all') return undefined
    const each = list.map(value => compared(field, '=', isNegated, value))
    return joined(each, isNegated ? 'AND' : 'OR')
  }
  if (operator === 'BETWEEN') return between(field, values, isNegated)
  return compared(field, operator, isNegated, singleValue(values[0]!, scope.variables, scope.refuse))
}

function existence(field: Field, isNegated: boolean): string {
  const exists = field.exists ?? 'true'
  return isNegated ? `NOT (${exists})` : exists
}

function between(field: Field, [low, high]: readonly Literal[], isNegated: boolean): string {
  const inside = `${ordered(field, '>=', low!)} AND ${ordered(field, '<=', high!)}`
  return isNegated ? `NOT (${inside})` : present(field, inside)
}

function compared(field: Field, operator: Comparator, isNegated: boolean, value: Literal): string {
  const positive =
    operator === 'LIKE' || operator === 'ILIKE' || operator === 'CONTAINS' || operator === 'REGEXP'
      ? matching(field, operator, value)
      : ordered(field, operator, value)
  return isNegated ? `NOT (${positive})` : present(field, positive)
}

function present({ exists, mustExist }: Field, positive: string): string {
  return mustExist && exists !== undefined ? `(${positive}) AND ${exists}` : positive
}

function matching(field: Field, operator: Comparator, { text }: Literal): string {
  const subject = field.type === 'string' ? field.sql : `toString(${field.sql})`
  if (operator === 'CONTAINS') return `${subject} ILIKE ${quoted(`%${text}%`)}`
  if (operator === 'REGEXP') {
    return field.ignoresCase
      ? `match(lower(${subject}), lower(${quoted(text)}))`
      : `match(${subject}, ${quoted(text)})`
  }
  return `${subject} ${field.ignoresCase ? 'ILIKE' : operator} ${quoted(text)}`
}

function ordered(field: Field, operator: Comparator, value: Literal): string {
  const { sql, type } = field
  if (type === 'string') {
    return value.kind === 'number'
      ? `ifNull(toFloat64OrNull(${sql}) ${operator} ${Number(value.text)}, false)`
      : `${sql} ${operator} ${quoted(value.text)}`
  }
  if (type === 'bool') {
    return value.kind === 'bool'
      ? `${sql} ${operator} ${value.text}`
      : `toString(${sql}) ${operator} ${quoted(value.text)}`
  }
  const number = numberOf(field, value)
  return number === undefined
    ? `toString(${sql}) ${operator} ${quoted(value.text)}`
    : `toFloat64(${sql}) ${operator} ${number}`
}

const UNITS_NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3_600e9,
}

function numberOf(field: Field, { kind, text }: Literal): number | undefined {
  if (kind !== 'bool' && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text)
  const duration = /^([0-9.]+)(ns|us|ms|s|m|h)$/.exec(text)
  if (field.isDuration !== true || duration === null) return undefined
  return Number(duration[1]) * UNITS_NANOSECONDS[duration[2]!]!
}

function search(text: string, { searched, refuse }: FilterScope): string | undefined {
  if (searched !== undefined) {
    return matching(searched, 'REGEXP', { kind: 'string', text: isExpression(text) ? text : escaped(text) })
  }
  refuse(`only the body of log records can be searched for '${text}'`)
  return undefined
}

function isExpression(text: string): boolean {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&')
}

function call(tree: Extract<FilterTree, { kind: 'call' }>, scope: FilterScope): string | undefined {
  const [value] = tree.values
  const isToken = tree.name.toLowerCase() === 'hastoken'
  if (!isToken || tree.key !== 'body' || scope.searched === undefined || tree.values.length !== 1) {
    scope.refuse(`function ${tree.name} is not supported; expected hasToken(body, 'word') over log records`)
    return undefined
  }
  if (/[^A-Za-z0-9]/.test(value!.text)) scope.refuse(`hasToken looks for one word, found '${value!.text}'`)
  return `hasToken(lower(body), lower(${quoted(value!.text)}))`
}
