// The receiver over real connections: how it dies and comes back, what it keeps and counts, how it is waited for.
import { status } from '@grpc/grpc-js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { waitUntil } from '../wait-until.ts'
import { type ExportClient, exportClient } from './export-client.ts'
import { type OtlpReceiver, type OtlpReceiverOptions, startOtlpReceiver } from './otlp-receiver.ts'
import { SIGNALS, type Signal } from './received.ts'
import { gauges, logs, MESSAGES, spans } from './sample-messages.ts'

let receiver: OtlpReceiver
let client: ExportClient

async function start(options?: OtlpReceiverOptions): Promise<void> {
  receiver = await startOtlpReceiver(options)
  client = exportClient(receiver.url)
}

afterEach(async () => {
  client.close()
  await receiver.stop()
})

const kept: Record<Signal, () => string[]> = {
  traces: () => receiver.spans.map(({ name }) => name),
  metrics: () => receiver.metrics.map(({ name }) => name),
  logs: () => receiver.logs.map(({ body }) => body),
}

describe('a receiver', () => {
  it('takes compressed messages', async () => {
    await start()
    const zipped = exportClient(receiver.url, { gzip: true })
    await zipped.send('logs', logs('z'.repeat(100_000)))
    zipped.close()
    expect(receiver.logs[0]?.body).toHaveLength(100_000)
    expect(receiver.counts.logs.bytes).toBeGreaterThan(100_000)
    expect(receiver.counts.connections.bytes).toBeLessThan(10_000)
  })

  it('dies in the middle of a call, is not there, and comes back with all that it had', async () => {
    await start()
    await client.send('traces', spans('before'))
    const { bytes } = receiver.counts.connections
    receiver.behave({ kind: 'hang' })
    const cut = client.send('traces', spans('lost'))
    await waitUntil(() => receiver.counts.traces.calls === 2)
    const [, failed] = await Promise.all([receiver.stop(), cut.catch(error => error)])
    expect(failed).toMatchObject({ code: status.UNAVAILABLE })
    expect(receiver.counts.connections.open).toBe(0)
    await expect(client.send('traces', spans('lost'))).rejects.toMatchObject({ code: status.UNAVAILABLE })

    receiver.behave({ kind: 'answer' })
    await receiver.start()
    await waitUntil(() => client.send('traces', spans('after')).then(() => true))
    expect(kept.traces()).toEqual(['before', 'after'])
    expect(receiver.counts.connections).toMatchObject({ accepted: 2, open: 1 })
    expect(receiver.counts.connections.bytes).toBeGreaterThan(bytes)
  })

  it('can take the place of another on its port', async () => {
    const first = await startOtlpReceiver()
    await first.stop()
    await start({ port: first.port })
    expect(receiver.url).toBe(first.url)
    await client.send('logs', logs('here'))
    expect(kept.logs()).toEqual(['here'])
  })

  it('waits for a port that is still taken', async () => {
    const first = await startOtlpReceiver()
    const starting = start({ port: first.port })
    await first.stop()
    await starting
    await client.send('logs', logs('here'))
  })

  it('owes no answer to those who have gone', async () => {
    await start()
    receiver.behave({ kind: 'hold' })
    const patience = new AbortController()
    const given = client.send('traces', spans('up'), patience.signal).catch(error => error)
    await waitUntil(() => receiver.counts.traces.calls === 1)
    patience.abort()
    expect(await given).toMatchObject({ code: status.CANCELLED })
    const cut = client.send('traces', spans('cut')).catch(error => error)
    await waitUntil(() => receiver.counts.traces.calls === 2)
    await receiver.stop()
    receiver.release()
    expect(await cut).toMatchObject({ code: status.UNAVAILABLE })
    expect(receiver.counts.traces).toMatchObject({ calls: 2, answered: 0, items: 2 })
  })

  it('can be stopped and started twice', async () => {
    await start()
    await receiver.start()
    await Promise.all([receiver.stop(), receiver.stop()])
    await receiver.start()
    await waitUntil(() => client.send('logs', logs('here')).then(() => true))
  })

  it('counts connections', async () => {
    await start()
    const second = exportClient(receiver.url)
    await Promise.all([client.send('logs', logs('a')), second.send('logs', logs('b'))])
    expect(receiver.counts.connections).toMatchObject({ accepted: 2, open: 2 })
    second.close()
    await waitUntil(() => receiver.counts.connections.open === 1)
  })

  it('forgets on request, but not its connections', async () => {
    await start()
    for (const signal of SIGNALS) await client.send(signal, MESSAGES[signal])
    receiver.clear()
    for (const signal of SIGNALS) {
      expect(kept[signal]()).toEqual([])
      expect(receiver.counts[signal]).toMatchObject({ calls: 0, bytes: 0, items: 0 })
    }
    expect(receiver.counts.connections.accepted).toBe(1)
    await client.send('traces', spans('new'))
    expect(kept.traces()).toEqual(['new'])
  })
})

describe('memory', () => {
  it('holds the newest spans and logs', async () => {
    await start({ spansKept: 3, logsKept: 2 })
    await client.send('traces', spans('1', '2'))
    await client.send('traces', spans('3', '4', '5'))
    await client.send('logs', logs('1', '2', '3'))
    expect(kept.traces()).toEqual(['3', '4', '5'])
    expect(kept.logs()).toEqual(['2', '3'])
    expect([receiver.counts.traces.forgotten, receiver.counts.logs.forgotten]).toEqual([2, 1])
  })

  it('holds so many series, and so many points of each', async () => {
    await start({ seriesKept: 2, pointsPerSeries: 2 })
    for (const value of [1, 2, 3]) await client.send('metrics', gauges({ kept: value }))
    expect(receiver.history('kept').map(({ value }) => value)).toEqual([2, 3])
    expect(receiver.counts.metrics.forgotten).toBe(0)
    await client.send('metrics', gauges({ kept: 4, other: 1 }))
    await client.send('metrics', gauges({ third: 1 }))
    expect(kept.metrics()).toEqual(['other', 'third'])
    expect(receiver.counts.metrics.forgotten).toBe(2)
  })

  it('refuses a message that is too large', async () => {
    await start({ maxMessageBytes: 1_000 })
    await expect(client.send('logs', logs('x'.repeat(2_000)))).rejects.toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
    })
    expect(kept.logs()).toEqual([])
  })
})

describe('waiting', () => {
  beforeEach(() => start())

  it('finds what comes and what came, by name or by condition', async () => {
    const coming = receiver.waitForSpan('late')
    await client.send('traces', spans('early', 'late'))
    expect((await coming).name).toBe('late')
    expect((await receiver.waitForSpan(({ name }) => name.startsWith('ear'))).name).toBe('early')
    await client.send('logs', logs('line'))
    expect((await receiver.waitForLog('line')).body).toBe('line')
    expect((await receiver.waitForLog(({ severityNumber }) => severityNumber === 0)).body).toBe('line')
  })

  it('finds series, each with its newest point', async () => {
    await client.send('metrics', gauges({ age: 1 }, '1'))
    await client.send('metrics', gauges({ age: 5, other: 0 }, '2'))
    const risen = receiver.waitForMetric('age', ({ value }) => value === 2)
    await client.send('metrics', gauges({ age: 2 }, '1'))
    expect((await risen).attributes).toEqual({ 'site.id': '1' })
    const values = receiver.series('age').map(({ attributes, value }) => [attributes['site.id'], value])
    expect(values).toEqual([
      ['1', 2],
      ['2', 5],
    ])
    expect(receiver.history('age')).toHaveLength(3)
    expect(receiver.series('nothing')).toEqual([])
  })

  it('says what came instead', async () => {
    await client.send('traces', spans('this'))
    await client.send('metrics', gauges({ age: 1, other: 2 }))
    const options = { timeoutMs: 50 }
    await expect(receiver.waitForSpan('that', options)).rejects.toThrow(
      'the span that did not come within 50 ms; came: this',
    )
    await expect(receiver.waitForMetric('age', () => false, options)).rejects.toThrow(
      'came: age{"site.id":"1"} 1, other',
    )
    await expect(receiver.waitForLog(() => false, { ...options, what: 'news' })).rejects.toThrow(
      'news did not come within 50 ms; came: nothing',
    )
  })
})
