// Spans and log lines of the recent past, some of which lack what filters ask for.
import { attributesOf, type Json, nanoseconds, post } from './otlp-json.ts'
import type { Random } from './random.ts'
import type { Span } from './telemetry.ts'

const RECORDS = 600

export async function sendRecords(
  otlpHttp: string,
  service: string,
  { startMs, endMs }: Span,
  random: Random,
): Promise<void> {
  const spans: Json[] = []
  const logRecords: Json[] = []
  for (let record = 0; record < RECORDS; record += 1) {
    const ms = startMs + Math.floor(random.next() * (endMs - startMs))
    const [traceId, spanId] = [random.hex(32), random.hex(16)]
    const status = random.pick([200, 200, 404, 500])
    const start = nanoseconds(ms, random)
    const end = String(BigInt(start) + BigInt(Math.floor(random.next() ** 2 * 2e9)))
    const attributes = {
      ...(random.next() < 0.7 ? { 'http.route': random.pick(['/a', '/b', '/c']) } : {}),
      ...(random.next() < 0.7 ? { 'http.response.status_code': status } : {}),
      'logger.serial': random.pick(['1', '2']),
      'agreement.flag': random.next() < 0.5,
      'agreement.text': random.pick(['500', 'x', '7']),
    }
    spans.push({
      traceId,
      spanId,
      parentSpanId: random.next() < 0.5 ? '' : random.hex(16),
      name: random.pick(['GET /a', 'frame', 'write']),
      kind: random.pick([1, 2, 3, 4, 5]),
      startTimeUnixNano: start,
      endTimeUnixNano: end,
      attributes: attributesOf(attributes),
      status: status === 500 ? { code: 2 } : {},
    })
    logRecords.push({
      traceId,
      spanId,
      timeUnixNano: nanoseconds(ms, random),
      severityText: random.pick(['INFO', 'WARN', 'ERROR', 'FATAL']),
      severityNumber: 9,
      body: { stringValue: random.pick(['slow statement', 'logger state changed', 'the Database is gone']) },
      attributes: attributesOf({
        logger_serial: random.pick([1, 2]),
        duration_ms: random.pick([5, 80, 900]),
        logger: 'intake',
      }),
    })
  }
  const from = {
    attributes: attributesOf({
      'service.name': service,
      'deployment.environment': random.pick(['production', 'staging']),
    }),
  }
  await post(`${otlpHttp}/v1/traces`, { resourceSpans: [{ resource: from, scopeSpans: [{ spans }] }] })
  await post(`${otlpHttp}/v1/logs`, { resourceLogs: [{ resource: from, scopeLogs: [{ logRecords }] }] })
}
