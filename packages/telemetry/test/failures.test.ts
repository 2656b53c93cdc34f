// The receiver is absent, dies, hangs, refuses, comes back: the service goes on, memory is bounded, drops are counted, nothing needs a restart.

import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { createLogger, instruments, recordSpan } from '@deye-hard/telemetry'
import type { Telemetry } from '@deye-hard/telemetry/start'
import { waitUntil } from '@deye-hard/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { COMPLAINT, openReceiver, recordingLogger, startForTest } from './start-for-test.ts'

const UNAVAILABLE = 14
const RESOURCE_EXHAUSTED = 8
const INVALID_ARGUMENT = 3
const SHUTDOWN_LIMIT_MS = 5_000

let number = 0
function makeSpans(count: number, title?: string): void {
  for (let n = 0; n < count; n += 1) {
    number += 1
    recordSpan('logger message', {
      parent: null,
      startMs: Date.now(),
      attributes: { 'frame.size': number },
      ...(title ? { title } : {}),
    })
  }
}

async function msOf(work: Promise<unknown>): Promise<number> {
  const startMs = performance.now()
  await work
  return performance.now() - startMs
}

/** An address where nobody listens. */
async function freeUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = urlOf(server)
  server.close()
  return url
}

const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as { port: number }).port}`

/** Everything that was made is accounted for. */
function expectNothingLost(telemetry: Telemetry, made: number): void {
  const { queued, exported, dropped } = telemetry.status().spans
  expect(exported + queued + Object.values(dropped).reduce((sum, count) => sum + count, 0)).toBe(made)
}

describe('a receiver that is away', () => {
  it('at the start costs nothing but the queue: the oldest spans go, and are counted', async () => {
    const { telemetry, lines } = await startForTest(await freeUrl(), {
      OTEL_BSP_MAX_QUEUE_SIZE: '100',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '10',
    })
    makeSpans(250)
    instruments.counter('solar.acks.sent').add(1)
    await waitUntil(() => telemetry.status().spans.failures > 0 && telemetry.status().metrics.failures > 0)
    expect(telemetry.status().spans).toMatchObject({ queued: 100, exported: 0, dropped: { queue_full: 150 } })
    expect(telemetry.status().metrics.dropped.export_failed).toBeGreaterThan(0)
    const away = lines.filter(({ message }) => message === 'telemetry is not taken')
    expect(new Set(away.map(({ signal }) => signal)).size, 'one line for a signal').toBe(away.length)
    expect(away).toContainEqual(expect.objectContaining({ signal: 'spans', reason: 'unavailable' }))
    expect(await msOf(telemetry.shutdown())).toBeLessThan(SHUTDOWN_LIMIT_MS)
    expect(telemetry.status().spans).toMatchObject({ queued: 0, dropped: { queue_full: 150, shutdown: 100 } })
  })

  it('gets the newest of what was made meanwhile when it is back, without a restart', async () => {
    const receiver = await openReceiver()
    const { telemetry, lines } = await startForTest(receiver.url, {
      OTEL_BSP_MAX_QUEUE_SIZE: '100',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '50',
    })
    makeSpans(10)
    await waitUntil(() => telemetry.status().spans.exported === 10)
    await receiver.stop()
    makeSpans(150)
    const newest = number
    instruments.counter('solar.acks.sent').add(7)
    await waitUntil(() => telemetry.status().spans.failures > 1 && telemetry.status().metrics.failures > 1)
    await receiver.start()
    const backMs = performance.now()
    await waitUntil(() => telemetry.status().spans.exported === 110)
    expect(performance.now() - backMs, 'the longest pause is 5 s').toBeLessThan(8_000)
    const sizes = receiver.spans.slice(-100).map(({ attributes }) => Number(attributes['frame.size']))
    expect([Math.min(...sizes), Math.max(...sizes)]).toEqual([newest - 99, newest])
    await receiver.waitForMetric('solar.acks.sent', ({ value }) => value === 7)
    await waitUntil(() =>
      lines.some(({ message, signal }) => message === 'telemetry is taken again' && signal === 'spans'),
    )
    const again = lines.find(
      ({ message, signal }) => message === 'telemetry is taken again' && signal === 'spans',
    )
    expect(again).toMatchObject({ dropped: 50, endpoint: receiver.url })
    await receiver.waitForMetric(
      'solar.telemetry.dropped',
      ({ attributes, value }) =>
        attributes.signal === 'spans' && attributes.reason === 'queue_full' && value === 50,
    )
    expectNothingLost(telemetry, 160)
  })

  it('keeps log records too', async () => {
    const receiver = await openReceiver()
    const { telemetry } = await startForTest(receiver.url)
    const { log } = recordingLogger()
    await receiver.stop()
    log.info('service token refreshed')
    await waitUntil(() => telemetry.status().logs.failures > 0)
    await receiver.start()
    await receiver.waitForLog('service token refreshed')
  })
})

describe('a receiver that hangs', () => {
  it('is given its time again and again; shutdown does not wait for it', async () => {
    const receiver = await openReceiver()
    receiver.behave({ kind: 'hang' })
    const { telemetry } = await startForTest(receiver.url, { OTEL_EXPORTER_OTLP_TIMEOUT: '200' })
    makeSpans(5)
    await waitUntil(() => telemetry.status().spans.failures > 1)
    expect(telemetry.status().spans.queued + telemetry.status().spans.exported).toBeLessThanOrEqual(5)
    receiver.behave({ kind: 'answer' })
    await waitUntil(() => telemetry.status().spans.exported === 5)
    receiver.behave({ kind: 'hang' })
    makeSpans(5)
    expect(await msOf(telemetry.shutdown(300))).toBeLessThan(SHUTDOWN_LIMIT_MS)
    expect(telemetry.status().spans.dropped.shutdown).toBe(5)
  })

  it('as a whole, which takes connections and says nothing, holds shutdown up no longer', async () => {
    const server = createServer(socket => socket.resume().on('error', () => {})).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { telemetry } = await startForTest(urlOf(server))
    makeSpans(5)
    await waitUntil(() => telemetry.status().spans.queued === 0)
    expect(await msOf(telemetry.shutdown(200))).toBeLessThan(SHUTDOWN_LIMIT_MS)
    expect(telemetry.status().spans.dropped.shutdown).toBe(5)
  })
})

describe('a receiver that refuses', () => {
  it('for now is asked again', async () => {
    const receiver = await openReceiver()
    receiver.behave({ kind: 'refuse', code: UNAVAILABLE })
    const { telemetry } = await startForTest(receiver.url)
    makeSpans(20)
    await waitUntil(() => telemetry.status().spans.failures > 1)
    expect(telemetry.status().spans).toMatchObject({ queued: 20, dropped: { rejected: 0 } })
    receiver.behave({ kind: 'answer' })
    await waitUntil(() => telemetry.status().spans.exported === 20)
    expect(receiver.spans).toHaveLength(20)
  })

  it('for good is not: the batch is given up and counted', async () => {
    const receiver = await openReceiver()
    receiver.behave({ kind: 'refuse', code: INVALID_ARGUMENT })
    const { telemetry, lines } = await startForTest(receiver.url)
    makeSpans(20)
    await waitUntil(() => telemetry.status().spans.dropped.rejected === 20)
    expect(telemetry.status().spans).toMatchObject({ queued: 0, failures: 1 })
    expect(lines).toContainEqual(expect.objectContaining({ signal: 'spans', reason: 'refused' }))
    receiver.behave({ kind: 'answer' })
    makeSpans(1)
    await waitUntil(() => telemetry.status().spans.exported === 1)
  })

  it('a part is believed', async () => {
    const receiver = await openReceiver()
    receiver.behave({ kind: 'reject', items: 3 })
    const { telemetry } = await startForTest(receiver.url)
    makeSpans(20)
    createLogger({ service: 'solar-collector', destination: { write() {} } }).info('service token refreshed')
    await waitUntil(() => telemetry.status().spans.exported === 17)
    expect(telemetry.status().spans.dropped.rejected).toBe(3)
    await waitUntil(() => telemetry.status().metrics.dropped.rejected > 0)
    await waitUntil(() => telemetry.status().logs.dropped.rejected > 0)
  })

  it('messages for their size gets smaller ones, and a span that is too large alone is given up', async () => {
    const receiver = await openReceiver({ maxMessageBytes: 4_000 })
    const { telemetry } = await startForTest(receiver.url)
    makeSpans(39)
    makeSpans(1, 'x'.repeat(5_000))
    const timeoutMs = 20_000 // six times a pause
    await waitUntil(() => telemetry.status().spans.exported === 39, { timeoutMs })
    await waitUntil(() => telemetry.status().spans.dropped.rejected === 1, { timeoutMs })
    expect(telemetry.status().spans.dropped.queue_full).toBe(0)
  })

  it('because it is overloaded is spared, and then gets everything', async () => {
    const receiver = await openReceiver()
    receiver.behave({ kind: 'refuse', code: RESOURCE_EXHAUSTED })
    const { telemetry } = await startForTest(receiver.url)
    makeSpans(64)
    await waitUntil(() => telemetry.status().spans.failures === 2)
    receiver.behave({ kind: 'answer' })
    await waitUntil(() => telemetry.status().spans.exported === 64)
  })
})

describe('shutdown', () => {
  it('sends what waits, spans, log records and the last values of metrics', async () => {
    const receiver = await openReceiver()
    const { telemetry } = await startForTest(receiver.url, {
      OTEL_BSP_SCHEDULE_DELAY: '60000',
      OTEL_BLRP_SCHEDULE_DELAY: '60000',
      OTEL_METRIC_EXPORT_INTERVAL: '600000',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '100',
    })
    makeSpans(90)
    instruments.counter('solar.acks.sent').add(4)
    recordingLogger().log.info('service token refreshed')
    expect(await msOf(telemetry.shutdown())).toBeLessThan(SHUTDOWN_LIMIT_MS)
    expect(receiver.spans).toHaveLength(90)
    expect(receiver.series('solar.acks.sent')).toMatchObject([{ value: 4 }])
    expect(receiver.logs.map(({ body }) => body)).toContain('service token refreshed')
  })

  it('may be asked for twice, and what comes after it is given up', async () => {
    const receiver = await openReceiver()
    const { telemetry } = await startForTest(receiver.url)
    await Promise.all([telemetry.shutdown(), telemetry.shutdown()])
    makeSpans(1)
    expect(receiver.spans).toEqual([])
  })
})

it('a burst larger than a batch arrives in full', async () => {
  const receiver = await openReceiver()
  const { telemetry } = await startForTest(receiver.url)
  makeSpans(8_000)
  await waitUntil(() => telemetry.status().spans.exported === 8_000)
  expect(receiver.counts.traces.items).toBe(8_000)
  expectNothingLost(telemetry, 8_000)
})

it('what OpenTelemetry complains about is one line, without personal data', async () => {
  const receiver = await openReceiver()
  const { lines } = await startForTest(receiver.url, {}, 'some')
  const end = instruments.observe('solar.fleet.all.expected', () => {
    throw new Error('no fleet of admin@example.com')
  })
  onTestFinished(instruments.observe('solar.fleet.all.expected', report => report(3)))
  onTestFinished(end)
  await waitUntil(() => lines.some(({ message }) => message === COMPLAINT))
  const fault = lines.find(({ message }) => message === COMPLAINT)
  expect(fault!.detail).toContain('no fleet of [redacted]')
  await receiver.waitForMetric('solar.fleet.all.expected', ({ value }) => value === 3)
})
