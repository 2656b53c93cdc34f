// From an OTLP logs request to log records.
import type { Origin, ReceivedLog } from './received.ts'
import type { LogsRequest, WireLog } from './wire-messages.ts'
import { toAttributes, toHex, toMs, toOrigin, toValue } from './wire-values.ts'

export function readLogs(request: LogsRequest): ReceivedLog[] {
  return request.resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ scope, logRecords }) => {
      const origin = toOrigin(resource, scope)
      return logRecords.map(log => readLog(log, origin))
    }),
  )
}

function readLog(log: WireLog, origin: Origin): ReceivedLog {
  const body = toValue(log.body)
  return {
    ...origin,
    body: typeof body === 'string' ? body : body === null ? '' : JSON.stringify(body),
    eventName: log.eventName ?? '',
    severityText: log.severityText ?? '',
    severityNumber: log.severityNumber ?? 0,
    timeMs: toMs(log.timeUnixNano),
    observedMs: toMs(log.observedTimeUnixNano),
    attributes: toAttributes(log.attributes),
    traceId: toHex(log.traceId),
    spanId: toHex(log.spanId),
  }
}
