// HAVING of a query: conditions on its results, by `__result`, by alias or by the expression itself.
import type { Refuse } from './contract.ts'
import { filterCondition } from './filter-sql.ts'

/** Column of the statement under each name that an expression may use for it. */
export type ResultNames = ReadonlyMap<string, string>

export function havingCondition(
  expression: string | undefined,
  names: ResultNames,
  refuse: Refuse,
): string | undefined {
  if (expression === undefined || expression.trim() === '') return undefined
  return filterCondition(withPlainNames(expression, names), {
    fieldOf: key => {
      const sql = names.get(key) ?? [...names.values()].find(column => column === key)
      if (sql !== undefined) return { sql, type: 'number' }
      refuse(`having names ${key}; expected ${[...names.keys()].join(', ')}`)
      return undefined
    },
    variables: {},
    refuse,
  })
}

/** `sum(x)` is no key of the grammar, so columns take the place of such names, the longest first. */
function withPlainNames(expression: string, names: ResultNames): string {
  const calls = [...names].filter(([name]) => name.includes('(')).sort(([a], [b]) => b.length - a.length)
  return calls.reduce((text, [name, column]) => text.replaceAll(name, column), expression)
}
