// Metrics as a receiver gets them: types, units, buckets, labels, limits.
import { instruments } from '@deye-hard/telemetry'
import { METRICS } from '@deye-hard/telemetry-schema'
import { holdAgainstSchema } from '@deye-hard/testkit'
import { metrics } from '@opentelemetry/api'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openReceiver, startForTest } from './start-for-test.ts'

describe('a metric', () => {
  it('has type, unit, temporality, buckets and labels of the schema', async () => {
    const receiver = await openReceiver()
    await startForTest(receiver.url)
    instruments.counter('solar.acks.sent').add(2)
    instruments.counter('solar.frames.received').add(1, { 'solarman.control_code': '0x4210' })
    instruments.histogram('solar.spool.commit.duration').record(0.004, { outcome: 'durable' })
    const sum = await receiver.waitForMetric('solar.acks.sent')
    expect(sum).toMatchObject({
      type: 'sum',
      monotonic: true,
      temporality: 'cumulative',
      unit: '{ack}',
      value: 2,
    })
    expect(sum.description).toBe(METRICS['solar.acks.sent'].about)
    const frames = await receiver.waitForMetric('solar.frames.received')
    expect(frames.attributes).toEqual({ 'solarman.control_code': '0x4210' })
    const histogram = await receiver.waitForMetric('solar.spool.commit.duration')
    expect(histogram).toMatchObject({ type: 'histogram', temporality: 'cumulative', unit: 's', count: 1 })
    expect(histogram.bounds).toEqual(METRICS['solar.spool.commit.duration'].buckets)
    expect(holdAgainstSchema(receiver, undefined, { expectedFrom: [] })).toEqual([])
  })

  it('adds up over exports', async () => {
    const receiver = await openReceiver()
    await startForTest(receiver.url)
    const acks = instruments.counter('solar.acks.sent')
    acks.add(1)
    await receiver.waitForMetric('solar.acks.sent', ({ value }) => value === 1)
    acks.add(1)
    await receiver.waitForMetric('solar.acks.sent', ({ value }) => value === 2)
  })

  it('is read at each export when observed, and what is not reported any more stays away', async () => {
    const receiver = await openReceiver()
    let expected = new Map([
      ['1', 5],
      ['2', 7],
    ])
    const end = instruments.observe('solar.fleet.expected', report => {
      for (const [site, value] of expected) report(value, { 'site.id': site })
    })
    await startForTest(receiver.url)
    await receiver.waitForMetric('solar.fleet.expected', ({ value }) => value === 7)
    expected = new Map([['1', 6]])
    await receiver.waitForMetric('solar.fleet.expected', ({ value }) => value === 6)
    receiver.clear()
    await receiver.waitForMetric('solar.fleet.expected', ({ value }) => value === 6)
    expect(receiver.series('solar.fleet.expected')).toHaveLength(1)
    end()
    // An export from before may still be on its way.
    const endedMs = Date.now()
    await receiver.waitForMetric('solar.telemetry.exported', ({ timeMs }) => timeMs > endedMs)
    const after = receiver.history('solar.fleet.expected').filter(({ timeMs }) => timeMs > endedMs)
    expect(after).toEqual([])
  })

  it('with more series than declared has the surplus in one, and says so', async () => {
    const receiver = await openReceiver()
    await startForTest(receiver.url)
    const seriesMax = METRICS['solar.fleet.expected'].seriesMax!
    const end = instruments.observe('solar.fleet.expected', report => {
      for (let site = 0; site < seriesMax + 10; site += 1) report(1, { 'site.id': String(site) })
    })
    onTestFinished(end)
    await receiver.waitForMetric(
      'solar.fleet.expected',
      ({ attributes }) => attributes['otel.metric.overflow'] === true,
    )
    expect(receiver.series('solar.fleet.expected')).toHaveLength(seriesMax)
    await receiver.waitForMetric('solar.telemetry.series_overflowed', ({ value }) => value === 1)
  })

  it('keeps to its labels and their closed lists, whatever code that is bound by no type says', async () => {
    const receiver = await openReceiver()
    await startForTest(receiver.url)
    const meter = metrics.getMeter('a library')
    const seconds = meter.createHistogram('http.server.request.duration', { unit: 's' })
    seconds.record(0.1, { 'http.request.method': 'QUERY', 'http.route': '/a', 'url.scheme': 'http' })
    meter.createCounter('unheard.of').add(1)
    const point = await receiver.waitForMetric('http.server.request.duration')
    expect(point.attributes).toEqual({ 'http.request.method': '_OTHER', 'http.route': '/a' })
    expect(receiver.series('unheard.of')).toEqual([])
  })
})
