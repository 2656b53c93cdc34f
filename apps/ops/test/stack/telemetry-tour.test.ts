// What the running services send is what telemetry-schema declares: nothing else comes, and all of it comes.
import {
  holdAgainstSchema,
  type OtlpReceiver,
  type ReceivedLog,
  type ReceivedSpan,
  startOtlpReceiver,
  waitUntil,
} from '@deye-hard/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RawPeer } from '../tour/raw-peer.ts'
import { scrapeFaults } from '../tour/scrape.ts'
import { type Tour, takeTour } from '../tour/tour.ts'
import { until } from './system.ts'
import { dataFrame } from './test-logger.ts'

const TOUR_LIMIT_MS = 180_000
const LIMIT_MS = 20_000
const SERVICES = ['solar-api', 'solar-collector'] as const
/** Registered, and sends nothing else in the tour. */
const COUNTER = 77_001

let receiver: OtlpReceiver
let tour: Tour

beforeAll(async () => {
  receiver = await startOtlpReceiver()
  tour = await takeTour(receiver.url, 'tour')
}, TOUR_LIMIT_MS)
afterAll(async () => {
  await tour?.end()
  await receiver?.stop()
})

test('nothing undeclared arrives, and everything declared does', async () => {
  // What the last stage caused is on its way for an interval or two.
  await waitUntil(() => faults().length === 0, { timeoutMs: LIMIT_MS }).catch(() => {})
  expect(faults()).toEqual([])
  expect(receiver.counts.traces.forgotten + receiver.counts.logs.forgotten).toBe(0)
})

test('/metrics of both services say what is declared, all of it, and nothing that OTLP says', async () => {
  const pushed = new Set(receiver.metrics.map(point => point.name.replaceAll('.', '_')))
  for (const service of SERVICES) {
    const page = await (await fetch(tour.system.metricsUrls[service])).text()
    expect(scrapeFaults(page, service, pushed)).toEqual([])
  }
})

describe('one frame', () => {
  let spans: ReceivedSpan[]
  let lines: ReceivedLog[]
  let serial: number

  beforeAll(async () => {
    serial = tour.awake[2]!
    const peer = await RawPeer.connect(tour.system.collectorPort)
    peer.send(dataFrame({ serial, seq: 9, counter: COUNTER, nowMs: Date.now() }))
    const message = await receiver.waitForSpan(
      span => isMessage(span) && span.attributes['logger.serial'] === String(serial) && isNew(span),
      { timeoutMs: LIMIT_MS },
    )
    peer.close()
    const ofTrace = (one: { traceId: string }) => one.traceId === message.traceId
    await receiver.waitForSpan(span => ofTrace(span) && span.name === 'transaction.commit')
    await receiver.waitForSpan(span => ofTrace(span) && span.name === 'shipment')
    await receiver.waitForLog(log => ofTrace(log) && log.body === 'batch shipped')
    await receiver.waitForLog(log => ofTrace(log) && log.body === 'request completed')
    spans = receiver.spans.filter(ofTrace)
    lines = receiver.logs.filter(ofTrace)
  })

  const startedMs = Date.now()
  const isMessage = (span: ReceivedSpan) =>
    span.name === 'logger message' && span.attributes['solarman.control_code'] === '0x4210'
  // The collector's clock is ahead: the tour has moved it.
  const isNew = (span: ReceivedSpan) => span.endMs > startedMs + 3_600_000

  test('is one trace, from its bytes to the statement that makes it a row', () => {
    const path = ancestors(spans, 'ingest.insert_rows')
    expect(path).toEqual([
      'solar-api ingest.insert_rows',
      'solar-api ingest.batch',
      'solar-api handler',
      'solar-api POST /api/measurements',
      'solar-collector POST',
      'solar-collector shipment',
      'solar-collector logger message',
    ])
    expect(spans.filter(span => span.status.code === 'error')).toEqual([])
  })

  test('links to its connection, which has a span', () => {
    const message = spans.find(isMessage)!
    const [link] = message.links
    const connection = receiver.spans.find(span => span.spanId === link!.spanId)
    expect(connection).toMatchObject({
      name: 'logger connection',
      attributes: { 'connection.phase': 'opened', 'logger.serial': String(serial) },
    })
  })

  test('is in the log on both sides', () => {
    const bodies = lines.map(line => `${line.service} ${line.body}`)
    expect(bodies).toEqual(
      expect.arrayContaining([
        'solar-collector frame received',
        'solar-collector batch shipped',
        'solar-api request completed',
      ]),
    )
    expect(lines.every(line => line.spanId !== '')).toBe(true)
  })

  test('is the row', async () => {
    await until(LIMIT_MS, 'the row', async () => (await rows()).length > 0)
    expect(await rows()).toHaveLength(1)
  })

  const rows = () =>
    tour.system.query<{ record_counter: string }>(
      `SELECT record_counter FROM measurement JOIN inverter ON inverter.id = inverter_id
       WHERE logger_serial = ${serial} AND record_counter = ${COUNTER}`,
    )
})

function faults(): string[] {
  return holdAgainstSchema(receiver, undefined, { expectedFrom: SERVICES })
}

/** From a span up to the root, as `service name`. */
function ancestors(spans: readonly ReceivedSpan[], name: string): string[] {
  const path: string[] = []
  let span = spans.find(one => one.name === name)
  while (span) {
    path.push(`${span.service} ${span.name}`)
    const parent = span.parentSpanId
    span = spans.find(one => one.spanId === parent)
  }
  return path
}
