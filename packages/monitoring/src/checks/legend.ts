// Legends and orders: they can only name what a query splits by.
import { at } from '../fault.ts'
import type { BuilderQuery, TraceOperator } from '../shapes/query.ts'
import type { Report } from './query.ts'

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g

type Split = Pick<BuilderQuery | TraceOperator, 'legend' | 'groupBy' | 'order'>

export function checkLegend(query: Split, path: string, report: Report): void {
  const groups = (query.groupBy ?? []).map(({ name }) => name)
  for (const label of placeholders(query.legend)) {
    if (groups.includes(label)) continue
    report(
      at(path, 'legend'),
      `{{${label}}} stays empty; expected a label of groupBy (${groups.join(', ') || 'none'})`,
    )
  }
}

export function placeholders(legend: string | undefined): string[] {
  return [...(legend ?? '').matchAll(PLACEHOLDER)].map(([, name]) => name!)
}

/** `extra`: aliases and expressions. */
export function checkOrder(query: Split, extra: readonly string[], path: string, report: Report): void {
  const allowed = [...(query.groupBy ?? []).map(({ name }) => name), ...extra, '__result']
  ;(query.order ?? []).forEach(({ key }, index) => {
    if (allowed.includes(key.name)) return
    report(at(path, 'order', index), `cannot order by ${key.name}; expected one of ${allowed.join(', ')}`)
  })
}
