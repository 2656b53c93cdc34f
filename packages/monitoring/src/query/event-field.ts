// What a key means in the tables of spans and log records: a column, an attribute or a part of the resource.
import { type EventSignal, storedField } from '../fields.ts'
import type { FieldKey } from '../shapes/query.ts'
import type { Refuse } from './contract.ts'
import type { Field } from './filter-sql.ts'
import { backticked, quoted } from './sql-text.ts'

type Type = Field['type']
/** `attributes`: of whatever type; `anywhere`: or a part of the resource. */
type Context = 'attribute' | 'resource' | 'column' | 'attributes' | 'anywhere'

const MAPS: Readonly<Record<Type, string>> = {
  string: 'attributes_string',
  number: 'attributes_number',
  bool: 'attributes_bool',
}
const RESOURCE = 'resources_string'
const TYPES: Readonly<Record<string, Type>> = {
  string: 'string',
  number: 'number',
  int64: 'number',
  float64: 'number',
  bool: 'bool',
}
/** Columns beside those of ../fields.ts that SigNoz's tables have. */
const MORE_COLUMNS: Readonly<Record<EventSignal, Readonly<Record<string, Type>>>> = {
  traces: {
    trace_state: 'string',
    flags: 'number',
    kind: 'number',
    status_code: 'number',
    http_host: 'string',
    external_http_url: 'string',
    external_http_method: 'string',
    db_operation: 'string',
    is_remote: 'string',
  },
  logs: { trace_flags: 'number', scope_version: 'string' },
}
const PREFIX = /^(resource|attribute|span|log|scope|body|trace)\.(.+)$/

/** Undefined after a refusal. */
export function eventField(signal: EventSignal, key: FieldKey | string, refuse: Refuse): Field | undefined {
  const { name, context, type } = typeof key === 'string' ? ofText(signal, key) : ofKey(signal, key)
  if (name === 'isroot') return { sql: "parent_span_id = ''", type: 'bool' }
  if (name === 'isentrypoint') refuse('isentrypoint needs a table of operations that is not kept')
  else if (context === 'body') refuse(`${name} inside of the body: bodies are text here`)
  else if (context === undefined)
    refuse(
      `${name} has fieldDataType ${typeof key === 'string' ? '' : key.fieldDataType}; arrays are not kept`,
    )
  else if (name === 'timestamp') refuse('timestamp: the window of the request bounds the time')
  else return fieldAt(name, context, type)
  return undefined
}

/** As text where records are grouped; null where one lacks it. */
export function groupExpression(field: Field): string {
  const text = field.type === 'string' ? field.sql : `toString(${field.sql})`
  return field.exists === undefined ? `toString(${text})` : `if(${field.exists}, ${text}, NULL)`
}

/** As a number where numbers are summed up; null where a record has none, so that a sum of nothing is nothing. */
export function numberExpression(field: Field): string {
  const number = field.type === 'string' ? `toFloat64OrNull(${field.sql})` : `toFloat64(${field.sql})`
  return field.exists === undefined ? `toNullable(${number})` : `if(${field.exists}, ${number}, NULL)`
}

/** As it is; null where a record lacks it. */
export function plainExpression(field: Field): string {
  return field.exists === undefined ? field.sql : `if(${field.exists}, ${field.sql}, NULL)`
}

interface Place {
  name: string
  context: Context | 'body' | undefined
  type: Type
}

function ofText(signal: EventSignal, text: string): Place {
  const [key, stated] = text.split(/:(?=(?:string|number|bool|int64|float64)$)/) as [string, string?]
  const prefixed = PREFIX.exec(key)
  const type = stated === undefined ? undefined : TYPES[stated]
  return placed(signal, prefixed?.[2] ?? key, prefixed?.[1], type)
}

function ofKey(signal: EventSignal, { name, fieldContext, fieldDataType }: FieldKey): Place {
  const type = fieldDataType === undefined || fieldDataType === '' ? undefined : TYPES[fieldDataType]
  const place = placed(signal, name, fieldContext, type)
  return fieldDataType?.startsWith('[') ? { ...place, context: undefined } : place
}

/** A context that is stated wins, except over a column that only has been given a wrong one. */
function placed(
  signal: EventSignal,
  name: string,
  stated: string | undefined,
  type: Type | undefined,
): Place {
  const known = storedField(signal, name)
  const column = known?.context === 'fixed' ? known.type : MORE_COLUMNS[signal][name]
  if (stated === 'body') return { name, context: 'body', type: 'string' }
  if (column !== undefined && stated !== 'attribute' && stated !== 'resource')
    return { name, context: 'column', type: column }
  if (stated === 'resource') return { name, context: 'resource', type: 'string' }
  const typed = type ?? (known?.context === 'attribute' ? known.type : undefined)
  if (stated !== 'attribute' && known?.context === 'resource')
    return { name, context: 'resource', type: 'string' }
  if (typed !== undefined) return { name, context: 'attribute', type: typed }
  return { name, context: stated === 'attribute' ? 'attributes' : 'anywhere', type: 'string' }
}

function fieldAt(name: string, context: Context, type: Type): Field {
  const key = quoted(name)
  if (context === 'column') {
    const isBody = name === 'body'
    const isDuration = name === 'duration_nano'
    return {
      sql: backticked(name),
      type,
      ...(isBody ? { ignoresCase: true } : {}),
      ...(isDuration ? { isDuration } : {}),
    }
  }
  if (context === 'attributes') return inAny(key, Object.values(MAPS))
  if (context === 'anywhere') return inAny(key, [...Object.values(MAPS), RESOURCE])
  const map = context === 'resource' ? RESOURCE : MAPS[type]
  return { sql: `${map}[${key}]`, type, exists: `mapContains(${map}, ${key})`, mustExist: true }
}

/** Not of our schema and nothing said about it: wherever a record has it. */
function inAny(key: string, maps: readonly string[]): Field {
  const choices = maps.flatMap(map => [`mapContains(${map}, ${key})`, `toString(${map}[${key}])`])
  return {
    sql: `multiIf(${choices.join(', ')}, '')`,
    type: 'string',
    exists: `(${maps.map(map => `mapContains(${map}, ${key})`).join(' OR ')})`,
    mustExist: true,
  }
}
