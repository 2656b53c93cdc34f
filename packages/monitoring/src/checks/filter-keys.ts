// The keys, values and variables of a filter expression.
import { bareKey, type Comparison, readFilter } from '../filter.ts'
import type { QueryUse } from '../placed-query.ts'
import type { Report } from './query.ts'

export interface KnownKeys {
  /** A sentence when there is no such key. */
  known: (key: string) => string | undefined
  isValue: (key: string, value: string) => boolean
  /** For the sentence. */
  values: (key: string) => string
}

/** They take parts of a value, or compare sizes: a value need not be one of the list. */
const LOOSE = /LIKE|CONTAINS|REGEXP|EXISTS|BETWEEN|[<>]$|[<>]=|^has/i

export function checkFilter(
  expression: string | undefined,
  path: string,
  keys: KnownKeys,
  use: QueryUse,
  report: Report,
): void {
  if (expression === undefined || expression.trim() === '') return
  const read = readFilter(expression)
  if (read.outcome === 'malformed') {
    report(path, `the filter ${read.message}: ${expression}`)
    return
  }
  for (const comparison of read.comparisons) checkComparison(comparison, path, keys, use, report)
}

function checkComparison(
  { key, operator, values }: Comparison,
  path: string,
  keys: KnownKeys,
  use: QueryUse,
  report: Report,
): void {
  const bare = bareKey(key)
  const fault = keys.known(bare)
  if (fault !== undefined) {
    report(path, fault)
    return
  }
  for (const value of values) {
    if (value.startsWith('$')) checkVariable(value.slice(1), use, path, report)
    else if (!LOOSE.test(operator) && !keys.isValue(bare, value)) {
      const list = keys.values(bare)
      report(path, `${bare} never is ${value}${list === '' ? '' : `; expected one of ${list}`}`)
    }
  }
}

function checkVariable(name: string, { by, variables }: QueryUse, path: string, report: Report): void {
  if (by === 'rule') {
    report(path, `$${name}: a rule has no variables; expected a value`)
    return
  }
  if (!variables.has(name)) report(path, `$${name} is no variable of this dashboard`)
}
