// A formula over the answers of queries: which series meet, and what a missing point counts for.
import type { Answer, Series } from './contract.ts'
import { type Expression, evaluate, referencesOf } from './formula-expression.ts'

/** Series of one aggregation of one query, under the name by which the formula calls it. */
export type Inputs = ReadonlyMap<string, readonly Series[]>

type Labels = Series['labels']

/**
 * Series meet when the labels of one are among those of the other; the result has those of the larger. A moment counts when every
 * input has a point; inputs in `zeros` (counts and rates, of which nothing is 0) may lack it, unless they are written twice: SigNoz
 * counts what it has found against what is written, so that `A / (A + B)` has no point without A. What is infinite is no point.
 */
export function evaluateFormula(
  expression: Expression,
  inputs: Inputs,
  zeros: ReadonlySet<string>,
): Series[] {
  const written = referencesOf(expression)
  const names = [...new Set(written)]
  const optional = new Set(
    names.filter(name => zeros.has(name) && written.filter(one => one === name).length === 1),
  )
  return labelSets(names.flatMap(name => inputs.get(name) ?? []))
    .map(labels => ({ labels, values: pointsOf(expression, names, met(names, inputs, labels), optional) }))
    .filter(({ values }) => values.length > 0)
}

/** The columns of a table as series of one point. */
export function seriesOfTable(answer: Answer, column: number): Series[] {
  if (answer.kind !== 'scalar') return []
  const groups = answer.columns.flatMap(({ name, isGroup }, index) => (isGroup ? [{ name, index }] : []))
  return answer.rows.flatMap(row => {
    const value = row[column]
    const labels = Object.fromEntries(groups.map(({ name, index }) => [name, String(row[index] ?? '')]))
    return typeof value === 'number' ? [{ labels, values: [[0, value] as const] }] : []
  })
}

function labelSets(series: readonly Series[]): Labels[] {
  const bySize = [...series].sort((a, b) => Object.keys(b.labels).length - Object.keys(a.labels).length)
  const sets: Labels[] = []
  const seen = new Set<string>()
  for (const { labels } of bySize) {
    const key = JSON.stringify(Object.entries(labels).sort())
    if (seen.has(key) || sets.some(set => isWithin(labels, set))) continue
    seen.add(key)
    sets.push(labels)
  }
  return sets
}

function isWithin(labels: Labels, larger: Labels): boolean {
  return Object.entries(labels).every(([name, value]) => larger[name] === value)
}

function met(names: readonly string[], inputs: Inputs, labels: Labels): Map<string, Map<number, number>> {
  return new Map(
    names.flatMap(name => {
      const series = inputs.get(name)?.find(one => isWithin(one.labels, labels))
      return series === undefined ? [] : [[name, new Map(series.values)] as const]
    }),
  )
}

function pointsOf(
  expression: Expression,
  names: readonly string[],
  points: ReadonlyMap<string, ReadonlyMap<number, number>>,
  optional: ReadonlySet<string>,
): [number, number][] {
  const moments = [...new Set([...points.values()].flatMap(one => [...one.keys()]))].sort((a, b) => a - b)
  return moments.flatMap(ms => {
    const values = new Map<string, number>()
    for (const name of names) {
      const value = points.get(name)?.get(ms) ?? (optional.has(name) ? 0 : undefined)
      if (value === undefined) return []
      values.set(name, value)
    }
    const value = evaluate(expression, values)
    return Number.isFinite(value) ? [[ms, value] as [number, number]] : []
  })
}
