// The shape of a log event's declaration, and every field that a line may carry.
import type { ServiceName } from '../services.ts'

export type LogEventLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal'

export interface FieldDeclaration {
  type: 'string' | 'number' | 'boolean' | 'object'
  about: string
}

/** On every line, made by the logger itself. */
export const LINE_FIELDS = {
  timestamp: { type: 'string', about: 'RFC 3339 with milliseconds' },
  level: {
    type: 'string',
    about:
      'debug: protocol and queries; info: connects, requests, changes of state; warn: malformed frames, fallbacks, backends away; error: needs a person',
  },
  service: { type: 'string', about: 'As service.name' },
  logger: { type: 'string', about: 'Module that wrote it' },
  message: { type: 'string', about: 'Constant text, one of this list' },
  trace_id: { type: 'string', about: 'Of the active span' },
  span_id: { type: 'string', about: 'Of the active span' },
} as const satisfies Record<string, FieldDeclaration>

export const EVENT_FIELDS = {
  request_id: { type: 'string', about: 'Id of the request, as in the answer' },
  user_id: { type: 'number', about: 'User who asked' },
  client_id: { type: 'string', about: 'Service that asked' },
  inverter_id: { type: 'number', about: 'Inverter that was asked for' },
  duration_ms: { type: 'number', about: 'How long it took' },
  measurement_count: { type: 'number', about: 'Messages taken or rows given' },
  http_method: { type: 'string', about: 'Method' },
  http_route: { type: 'string', about: 'Pattern of the route; never the address itself' },
  http_status: { type: 'number', about: 'Status of the answer' },
  problem: { type: 'string', about: 'Code of the problem document' },
  db_operation: { type: 'string', about: 'Name of the statement; never its text or values' },
  logger_serial: { type: 'number', about: 'Serial number that the frame names' },
  previous_serial: { type: 'number', about: 'Serial number that the frame before named' },
  inverter_serial: { type: 'string', about: 'Inverter that the record names' },
  previous_inverter_serial: { type: 'string', about: 'Inverter that the record before named' },
  control_code: { type: 'string', about: 'For example 0x4210' },
  remote_addr: { type: 'string', about: 'Address of the peer' },
  packet_size: { type: 'number', about: 'Bytes' },
  offset: { type: 'number', about: 'Position in the stream' },
  reason: { type: 'string', about: 'Of a closed list' },
  error: { type: 'object', about: 'type, message, code, stack, cause; nothing else of an error' },
  state: { type: 'string', about: 'State that a logger is in now' },
  previous_state: { type: 'string', about: 'State that it was in before' },
  site_id: { type: 'number', about: 'Site of the logger' },
  loggers: { type: 'number', about: 'How many loggers' },
  host: { type: 'string', about: 'Address that is listened on' },
  port: { type: 'number', about: 'Port that is listened on' },
  http_port: { type: 'number', about: 'Port of health, status and metrics' },
  metrics_port: { type: 'number', about: 'Port of /metrics' },
  pid: { type: 'number', about: 'Process id' },
  signal: { type: 'string', about: 'Signal that was received, or telemetry signal' },
  batch_id: { type: 'string', about: 'Batch between collector and API' },
  failures: { type: 'number', about: 'In a row' },
  pause_ms: { type: 'number', about: 'Pause before the next attempt' },
  retry_in_ms: { type: 'number', about: 'Pause before the next attempt' },
  status: { type: 'number', about: 'HTTP status' },
  detail: { type: 'string', about: 'What the other side said, without values of users' },
  seq: { type: 'number', about: 'Number of the message in the spool' },
  suppressed: { type: 'object', about: 'Lines left out, by kind' },
  rows_dropped: { type: 'object', about: 'Rows past their age, by table' },
  signing_kid: { type: 'string', about: 'Id of the key that signs' },
  dropped: { type: 'number', about: 'Items of telemetry given up' },
  endpoint: { type: 'string', about: 'Where telemetry goes' },
} as const satisfies Record<string, FieldDeclaration>

export type EventField = keyof typeof EVENT_FIELDS

export interface LogEventDeclaration {
  level: LogEventLevel
  by: readonly ServiceName[]
  fields: readonly EventField[]
  notInTour?: string
}
