// A list of spans or log records as one statement, the newest first unless the query orders otherwise.
import type { EventSignal } from '../fields.ts'
import type { Answer, RawRow, Refuse, Row } from './contract.ts'
import { eventField, plainExpression } from './event-field.ts'
import { type EventScope, eventConditions, eventTable } from './event-query.ts'
import type { Order } from './series.ts'
import { backticked } from './sql-text.ts'

const LIMIT_DEFAULT = 100
const NANOSECOND_DIGITS = 6
/** Column with the moment, in nanoseconds, as text: a number cannot hold it. */
const MOMENT = '__moment'

const TIES: Readonly<Record<EventSignal, string>> = { traces: 'span_id', logs: 'id' }
const ALWAYS: Readonly<Record<EventSignal, readonly string[]>> = {
  traces: ['trace_id', 'span_id'],
  logs: ['id'],
}
/** What a row has when the query selects nothing. */
const WHOLE: Readonly<Record<EventSignal, readonly string[]>> = {
  traces: [
    'trace_id',
    'span_id',
    'parent_span_id',
    'name',
    'kind_string',
    'duration_nano',
    'status_code_string',
    'status_message',
    'has_error',
    'response_status_code',
    'http_method',
    'http_url',
    'db_name',
    'attributes_string',
    'attributes_number',
    'attributes_bool',
    'resources_string',
    'events',
  ],
  logs: [
    'id',
    'trace_id',
    'span_id',
    'severity_text',
    'severity_number',
    'scope_name',
    'body',
    'attributes_string',
    'attributes_number',
    'attributes_bool',
    'resources_string',
  ],
}

export function rawStatement(scope: EventScope): string {
  const { spec } = scope
  refuseAggregated(scope)
  const moment = spec.signal === 'traces' ? 'toUnixTimestamp64Nano(timestamp)' : 'timestamp'
  const columns = [`toString(${moment}) AS ${MOMENT}`, ...selected(scope)]
  const offset = (spec.offset ?? 0) > 0 ? ` OFFSET ${spec.offset}` : ''
  return `SELECT ${columns.join(', ')} FROM ${eventTable(spec.signal)} WHERE ${eventConditions(scope)}
    ORDER BY ${orderOf(scope)} LIMIT ${(spec.limit ?? 0) > 0 ? spec.limit : LIMIT_DEFAULT}${offset}`
}

/** `timestamp` of the data is in nanoseconds, as text. */
export function readRaw(rows: readonly Row[]): Answer {
  return {
    kind: 'raw',
    rows: rows.map(({ [MOMENT]: moment, ...data }): RawRow => {
      const timestamp = String(moment)
      return {
        ms: Number(timestamp.slice(0, -NANOSECOND_DIGITS)),
        data: { timestamp, ...withMaps(data) },
      }
    }),
  }
}

function refuseAggregated({ spec, refuse }: EventScope): void {
  if ((spec.groupBy ?? []).length > 0) refuse('groupBy is not for lists')
  if (spec.having !== undefined && spec.having.expression !== '') refuse('having is not for lists')
  if (spec.aggregations !== undefined) refuse('aggregations are not for lists')
  if ((spec.functions ?? []).length > 0) refuse('functions are not for lists')
  if (spec.stepInterval !== undefined) refuse('stepInterval is not for lists')
}

function selected({ spec, refuse }: EventScope): string[] {
  const { signal } = spec
  const fields = spec.selectFields ?? []
  if (fields.length === 0) return WHOLE[signal].map(name => backticked(name))
  const always = ALWAYS[signal]
  const others = fields.filter(({ name }) => name !== 'timestamp' && !always.includes(name))
  const named = new Map(others.map(field => [field.name, field]))
  return [
    ...always.map(name => backticked(name)),
    ...[...named.values()].map(key => {
      if (key.signal !== undefined && key.signal !== signal)
        refuse(`selected field ${key.name} is of ${key.signal}, the query of ${signal}`)
      const field = eventField(signal, key, refuse)
      return `${field === undefined ? 'NULL' : plainExpression(field)} AS ${backticked(key.name)}`
    }),
  ]
}

/** Records of one moment have an order too, so that pages do not overlap. */
function orderOf({ spec, refuse }: EventScope): string {
  const { signal, order = [] } = spec
  const tie = TIES[signal]
  const direction = order[0]?.direction ?? 'desc'
  const keys = order.length === 0 ? [`timestamp ${direction}`] : order.map(one => keyOf(one, signal, refuse))
  return [...keys, ...(order.some(({ key }) => key.name === tie) ? [] : [`${tie} ${direction}`])].join(', ')
}

function keyOf({ key: { name }, direction }: Order, signal: EventSignal, refuse: Refuse): string {
  const sql = name === 'timestamp' ? 'timestamp' : eventField(signal, name, refuse)?.sql
  return `${sql ?? 'timestamp'} ${direction}`
}

/** Whole records have their attributes under one name each, as SigNoz answers. */
function withMaps(data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!('attributes_string' in data)) return data
  const { attributes_string, attributes_number, attributes_bool, resources_string, ...rest } = data
  const attributes = Object.assign({}, attributes_string, attributes_number, attributes_bool)
  return { ...rest, attributes, resource: resources_string ?? {} }
}
