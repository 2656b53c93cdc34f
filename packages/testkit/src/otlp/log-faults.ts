// Where received log records and the declared events differ: message, sender, level, fields and their types.
import type { LogEventLevel } from '@deye-hard/telemetry-schema'
import type { TelemetrySchema } from './declared.ts'
import type { ReceivedLog } from './received.ts'
import { absences, listed, typeFault } from './value-faults.ts'

/** Highest severity number of each level (OTLP, logs/v1 SeverityNumber). */
const LEVELS: readonly (readonly [highest: number, LogEventLevel | 'trace'])[] = [
  [4, 'trace'],
  [8, 'debug'],
  [12, 'info'],
  [16, 'warn'],
  [20, 'error'],
  [24, 'fatal'],
]

export function logFaults(
  logs: readonly ReceivedLog[],
  schema: TelemetrySchema,
  expectedFrom: readonly string[],
): string[] {
  const came = new Set(logs.map(({ body, service }) => JSON.stringify([body, service])))
  const cameFrom = (body: string, service: string) => came.has(JSON.stringify([body, service]))
  return [
    ...logs.flatMap(log => eventFaults(log, schema)),
    ...absences('the log message', schema.logEvents, expectedFrom, cameFrom),
  ]
}

function eventFaults(log: ReceivedLog, schema: TelemetrySchema): string[] {
  const { body, service } = log
  const declared = Object.hasOwn(schema.logEvents, body) ? schema.logEvents[body] : undefined
  const wrote = `${service} wrote the log message ${body}`
  if (declared === undefined) return [`${wrote}, which is not declared`]
  const level = levelOf(log)
  return [
    ...(declared.by.some(by => by === service)
      ? []
      : [`${wrote}, which is declared for ${listed(declared.by)}`]),
    ...(level === declared.level ? [] : [`${wrote} as ${level}, declared ${declared.level}`]),
    ...fieldFaults(log, declared.fields, schema),
  ]
}

function fieldFaults(
  { body, attributes }: ReceivedLog,
  fields: readonly string[],
  { fields: types, lineFields }: TelemetrySchema,
): string[] {
  return Object.entries(attributes).flatMap(([name, value]) => {
    const what = `the field ${name} of the log message ${body}`
    const [field = name] = name.split('.', 1)
    const declared = fields.includes(field) ? types[field] : lineFields[field]
    // The logger sends an object part by part: error.type, error.message.
    const isPart = name !== field && declared?.type === 'object'
    if (declared === undefined || (name !== field && !isPart)) return [`${what} is not declared`]
    return isPart ? [] : typeFault(what, value, declared.type)
  })
}

function levelOf({ severityNumber }: ReceivedLog): string {
  const level = LEVELS.find(([highest]) => severityNumber <= highest)
  return severityNumber > 0 && level ? level[1] : `severity ${severityNumber}`
}
