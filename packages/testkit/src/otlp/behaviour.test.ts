// Every way to treat a call, for every signal, over real connections.
import { status } from '@grpc/grpc-js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { waitUntil } from '../wait-until.ts'
import { type ExportClient, exportClient } from './export-client.ts'
import { type OtlpReceiver, startOtlpReceiver } from './otlp-receiver.ts'
import { SIGNALS, type Signal } from './received.ts'
import { MESSAGES } from './sample-messages.ts'
import { REQUESTS } from './wire-messages.ts'

let receiver: OtlpReceiver
let client: ExportClient

beforeEach(async () => {
  receiver = await startOtlpReceiver()
  client = exportClient(receiver.url)
})

afterEach(async () => {
  client.close()
  await receiver.stop()
})

const kept: Record<Signal, () => string[]> = {
  traces: () => receiver.spans.map(({ name }) => name),
  metrics: () => receiver.metrics.map(({ name }) => name),
  logs: () => receiver.logs.map(({ body }) => body),
}

describe.each(SIGNALS)('%s', signal => {
  it('are kept, answered and counted', async () => {
    expect((await client.send(signal, MESSAGES[signal])).partialSuccess).toBeFalsy()
    await client.send(signal, MESSAGES[signal])
    expect(new Set(kept[signal]())).toEqual(new Set(['one', 'two']))
    const bytes = 2 * REQUESTS[signal].encode(MESSAGES[signal]).length
    expect(receiver.counts[signal]).toEqual({
      calls: 2,
      answered: 2,
      undecodable: 0,
      bytes,
      items: 4,
      forgotten: 0,
    })
  })

  it('are refused with the code that is wished for, and only they', async () => {
    for (const code of [status.UNAVAILABLE, status.RESOURCE_EXHAUSTED, status.INVALID_ARGUMENT]) {
      receiver.behave({ kind: 'refuse', code, message: 'not today' }, [signal])
      await expect(client.send(signal, MESSAGES[signal])).rejects.toMatchObject({
        code,
        details: 'not today',
      })
    }
    expect(kept[signal]()).toEqual([])
    expect(receiver.counts[signal]).toMatchObject({ calls: 3, answered: 0, items: 0 })
    for (const other of SIGNALS.filter(one => one !== signal)) await client.send(other, MESSAGES[other])
    receiver.behave({ kind: 'answer' })
    await client.send(signal, MESSAGES[signal])
    expect(kept[signal]()).toEqual(['one', 'two'])
  })

  it('are taken and never answered', async () => {
    receiver.behave({ kind: 'hang' })
    const patience = new AbortController()
    let end = 'none'
    const hanging = client.send(signal, MESSAGES[signal], patience.signal).then(
      () => 'answered',
      error => error.code,
    )
    hanging.then(how => {
      end = how
    })
    await waitUntil(() => receiver.counts[signal].calls === 1)
    receiver.behave({ kind: 'answer' })
    await client.send(signal, MESSAGES[signal])
    receiver.release()
    await client.send(signal, MESSAGES[signal])
    expect(end).toBe('none')
    expect(receiver.counts[signal]).toMatchObject({ calls: 3, answered: 2, items: 4 })
    patience.abort()
    expect(await hanging).toBe(status.CANCELLED)
  })

  it('are answered late', async () => {
    receiver.behave({ kind: 'hold' })
    let answered = false
    const late = client.send(signal, MESSAGES[signal]).then(() => {
      answered = true
    })
    await waitUntil(() => receiver.counts[signal].calls === 1)
    expect(kept[signal]()).toEqual(['one', 'two'])
    expect([answered, receiver.counts[signal].answered]).toEqual([false, 0])
    receiver.release()
    await late
    await client.send(signal, MESSAGES[signal])
    expect(receiver.counts[signal].answered).toBe(2)
  })

  it('are rejected in part', async () => {
    receiver.behave({ kind: 'reject', items: 1, message: 'too old' })
    const { partialSuccess } = await client.send(signal, MESSAGES[signal])
    const names = { traces: 'rejectedSpans', metrics: 'rejectedDataPoints', logs: 'rejectedLogRecords' }
    expect(partialSuccess?.errorMessage).toBe('too old')
    expect(Number(partialSuccess?.[names[signal]])).toBe(1)
    expect(kept[signal]()).toEqual(['two'])
    expect(receiver.counts[signal]).toMatchObject({ calls: 1, answered: 1, items: 1 })
  })

  it('that are no OTLP fail and are counted', async () => {
    await expect(client.send(signal, Buffer.from('no protobuf'))).rejects.toMatchObject({
      code: status.INTERNAL,
    })
    expect(receiver.counts[signal]).toMatchObject({ calls: 1, undecodable: 1, answered: 0, items: 0 })
  })
})
