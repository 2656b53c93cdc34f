// Fields of spans and log records as SigNoz stores them: its own, attributes of the schema, attributes of the resource.
import {
  ATTRIBUTES,
  type AttributeDeclaration,
  EVENT_FIELDS,
  LOG_EVENTS,
  RESOURCE_ATTRIBUTES,
  SERVICES,
  SPANS,
  type SpanDeclaration,
} from '@deye-hard/telemetry-schema'

export type EventSignal = 'traces' | 'logs'

export interface StoredField {
  context: 'fixed' | 'attribute' | 'resource'
  type: 'string' | 'number' | 'bool'
  /** Undefined when anything may stand there. */
  isValue?: (value: string) => boolean
}

const KINDS = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer']
const SEVERITIES = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']
/** signoz-contract.md 5.2; the last two exist in filters only. */
const FIXED: Readonly<Record<EventSignal, Readonly<Record<string, StoredField['type']>>>> = {
  traces: {
    name: 'string',
    kind_string: 'string',
    duration_nano: 'number',
    status_code_string: 'string',
    status_message: 'string',
    has_error: 'bool',
    response_status_code: 'string',
    http_method: 'string',
    http_url: 'string',
    db_name: 'string',
    timestamp: 'number',
    trace_id: 'string',
    span_id: 'string',
    parent_span_id: 'string',
    isroot: 'bool',
    isentrypoint: 'bool',
  },
  logs: {
    id: 'string',
    body: 'string',
    timestamp: 'number',
    severity_text: 'string',
    severity_number: 'number',
    trace_id: 'string',
    span_id: 'string',
    scope_name: 'string',
  },
}
/** OTLP takes no object, so the logger sends the parts of `error`; `logger` is the module that wrote the line. */
const LOG_PARTS = ['logger', 'error.type', 'error.message', 'error.code', 'error.stack']
/** Fields of the JSON line that are something else in SigNoz. */
const LOG_LINE_FIELDS: Readonly<Record<string, string>> = {
  level: 'severity_text',
  message: 'body',
  service: 'service.name',
  error: 'error.type',
}
const VALUES: Readonly<Record<string, (value: string) => boolean>> = {
  'traces name': isSpanName,
  'traces kind_string': value => KINDS.includes(value),
  'traces status_code_string': value => ['Unset', 'Ok', 'Error'].includes(value),
  'logs severity_text': value => SEVERITIES.includes(value),
  'logs body': value => value in LOG_EVENTS,
}

const fields: Readonly<Record<EventSignal, ReadonlyMap<string, StoredField>>> = {
  traces: fieldsOf('traces', attributeFields(ATTRIBUTES)),
  logs: fieldsOf('logs', [
    ...attributeFields(EVENT_FIELDS),
    ...LOG_PARTS.map(name => [name, { context: 'attribute', type: 'string' }] as const),
  ]),
}

export function storedField(signal: EventSignal, name: string): StoredField | undefined {
  return fields[signal].get(name)
}

/** Where a name that does not exist may have meant another. */
export function fieldMeant(signal: EventSignal, name: string): string | undefined {
  if (signal === 'logs') return LOG_LINE_FIELDS[name] ?? (name.includes('.') ? underscored(name) : undefined)
  const dotted = name.replaceAll('_', '.')
  return fields.traces.has(dotted) ? dotted : undefined
}

function underscored(name: string): string | undefined {
  const candidates = [name.replaceAll('.', '_'), name.replaceAll('.', '_').replace('solarman_', '')]
  return candidates.find(candidate => fields.logs.has(candidate))
}

type Entry = readonly [string, StoredField]

function fieldsOf(signal: EventSignal, attributes: readonly Entry[]): ReadonlyMap<string, StoredField> {
  const resource = attributeFields(RESOURCE_ATTRIBUTES).map(
    ([name, field]): Entry => [name, { ...field, context: 'resource' }],
  )
  const fixed = Object.entries(FIXED[signal]).map(([name, type]): Entry => {
    const isValue = VALUES[`${signal} ${name}`]
    return [name, { context: 'fixed', type, ...(isValue === undefined ? {} : { isValue }) }]
  })
  const service: Entry = [
    'service.name',
    {
      context: 'resource',
      type: 'string',
      isValue: value => (SERVICES as readonly string[]).includes(value),
    },
  ]
  return new Map([...attributes, ...resource, service, ...fixed])
}

function attributeFields(declared: Readonly<Record<string, { type: string }>>): Entry[] {
  const types: Record<AttributeDeclaration['type'], StoredField['type']> = {
    string: 'string',
    number: 'number',
    boolean: 'bool',
    'string[]': 'string',
  }
  return Object.entries(declared)
    .filter(([, { type }]) => type !== 'object')
    .map(([name, { type }]) => [
      name,
      { context: 'attribute', type: types[type as AttributeDeclaration['type']] },
    ])
}

function isSpanName(value: string): boolean {
  return Object.entries<SpanDeclaration>(SPANS).some(([name, span]) =>
    span.name === undefined ? name === value : span.name.test(value),
  )
}
