// A builder query over spans or log records: its aggregations, fields and filter.
import { type Aggregation, readAggregation } from '../aggregation.ts'
import { at } from '../fault.ts'
import { type EventSignal, fieldMeant, type StoredField, storedField } from '../fields.ts'
import { bareKey } from '../filter.ts'
import type { QueryUse } from '../placed-query.ts'
import type { EventQuery, FieldKey, TraceOperator } from '../shapes/query.ts'
import { checkFilter, type KnownKeys } from './filter-keys.ts'
import { checkLegend, checkOrder } from './legend.ts'
import type { Report } from './query.ts'

interface Placed {
  spec: EventQuery | TraceOperator
  path: string
}

export function checkEventQuery(query: Placed, signal: EventSignal, use: QueryUse, report: Report): void {
  const { spec, path } = query
  const keys = keysOf(signal)
  checkFilter(spec.filter?.expression, at(path, 'filter', 'expression'), keys, use, report)
  ;(spec.groupBy ?? []).forEach((field, index) => {
    checkField(field, signal, at(path, 'groupBy', index), report)
  })
  const aggregations = spec.aggregations ?? []
  aggregations.forEach(({ expression }, index) => {
    const place = at(path, 'aggregations', index, 'expression')
    const read = readAggregation(expression)
    if (typeof read === 'string') report(place, read)
    else checkAggregation(read, place, keys, use, report)
  })
  checkLegend(spec, path, report)
  if (aggregations.length === 0) return
  const names = aggregations.flatMap(({ expression, alias }) => [
    expression,
    ...(alias === undefined ? [] : [alias]),
  ])
  checkOrder(spec, names, path, report)
}

/** That a field exists, stands where the query says, and has the type that it says. */
export function checkField(field: FieldKey, signal: EventSignal, path: string, report: Report): void {
  const stored = storedField(signal, field.name)
  if (stored === undefined) {
    report(path, unknownField(signal, field.name))
    return
  }
  const context = CONTEXTS[stored.context]
  if (field.fieldContext !== undefined && !context.includes(field.fieldContext)) {
    report(
      path,
      `${field.name} stands under ${context.join(' or ')}, found fieldContext ${field.fieldContext}`,
    )
  }
  const types = TYPES[stored.type]
  if ((field.fieldDataType ?? '') !== '' && !types.includes(field.fieldDataType ?? '')) {
    report(path, `${field.name} is a ${stored.type}, found fieldDataType ${field.fieldDataType}`)
  }
}

const CONTEXTS: Readonly<Record<StoredField['context'], readonly string[]>> = {
  fixed: ['span', 'log', 'scope'],
  attribute: ['attribute'],
  resource: ['resource'],
}
const TYPES: Readonly<Record<StoredField['type'], readonly string[]>> = {
  string: ['string'],
  number: ['number', 'int64', 'float64'],
  bool: ['bool'],
}

function keysOf(signal: EventSignal): KnownKeys {
  return {
    known: key => (storedField(signal, key) === undefined ? unknownField(signal, key) : undefined),
    isValue: (key, value) => storedField(signal, key)?.isValue?.(value) ?? true,
    values: () => '',
  }
}

function unknownField(signal: EventSignal, name: string): string {
  const meant = fieldMeant(signal, name)
  const what = signal === 'traces' ? 'spans have' : 'log records have'
  const expected = meant ?? 'a field of docs/telemetry.md or one that SigNoz adds'
  return `${what} no field ${name}; expected ${expected}`
}

function checkAggregation(
  read: Aggregation,
  path: string,
  keys: KnownKeys,
  use: QueryUse,
  report: Report,
): void {
  const fault = read.field === undefined ? undefined : keys.known(bareKey(read.field))
  if (fault !== undefined) report(path, fault)
  checkFilter(read.condition, path, keys, use, report)
}
