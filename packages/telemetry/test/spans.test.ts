// Spans as a receiver gets them: names, kinds, times, links, parents, failures.
import { activeTrace, recordSpan, type TraceRef, withSpan } from '@deye-hard/telemetry'
import { holdAgainstSchema } from '@deye-hard/testkit'
import { describe, expect, it } from 'vitest'
import { openReceiver, startForTest } from './start-for-test.ts'

describe('a span', () => {
  it('has name, kind, attributes, times and links as given', async () => {
    const receiver = await openReceiver()
    await startForTest(receiver.url)
    const first = recordSpan('logger connection', {
      parent: null,
      startMs: 1_000_000,
      endMs: 1_000_250,
      attributes: { 'connection.phase': 'opened', 'connection.frames': 3 },
    })!
    const second = recordSpan('logger message', { startMs: Date.now(), parent: first, links: [first] })!
    expect(await receiver.waitForSpan('logger connection')).toMatchObject({
      kind: 'server',
      traceId: first.traceId,
      spanId: first.spanId,
      parentSpanId: '',
      startMs: 1_000_000,
      durationMs: 250,
      attributes: { 'connection.phase': 'opened', 'connection.frames': 3 },
      status: { code: 'unset' },
    })
    expect(await receiver.waitForSpan('logger message')).toMatchObject({
      kind: 'consumer',
      traceId: first.traceId,
      spanId: second.spanId,
      parentSpanId: first.spanId,
      links: [{ traceId: first.traceId, spanId: first.spanId }],
    })
    expect(holdAgainstSchema(receiver, undefined, { expectedFrom: [] })).toEqual([])
  })

  it('around a promise ends with it, and is the active one inside', async () => {
    const receiver = await openReceiver()
    await startForTest(receiver.url)
    let inside: TraceRef | null = null
    const given = await withSpan('token refresh', {}, async span => {
      await Promise.resolve()
      inside = activeTrace()
      span.set({ outcome: 'ok' })
      return withSpan('logger look-up', { attributes: { 'lookup.loggers': 2 } }, inner => inner.ref)
    })
    expect(activeTrace()).toBeNull()
    const span = await receiver.waitForSpan('token refresh')
    expect(span).toMatchObject({ spanId: inside!.spanId, attributes: { outcome: 'ok' } })
    expect(await receiver.waitForSpan('logger look-up')).toMatchObject({
      spanId: given.spanId,
      parentSpanId: span.spanId,
      attributes: { 'lookup.loggers': 2 },
    })
  })

  it.each([
    ['a function that throws', () => withSpan('token refresh', {}, failing)],
    ['a promise that rejects', () => withSpan('token refresh', {}, async () => failing())],
  ])(
    'around %s has the exception with its stack and without personal data, and lets it go on',
    async (_, work) => {
      const receiver = await openReceiver()
      await startForTest(receiver.url)
      await expect(async () => work()).rejects.toThrow('refused for admin@example.com')
      const span = await receiver.waitForSpan('token refresh')
      expect(span.status.code).toBe('error')
      expect(span.attributes).toEqual({ 'error.type': 'ECONNREFUSED' })
      expect(span.events).toMatchObject([{ name: 'exception' }])
      expect(span.events[0]!.attributes).toEqual({
        'exception.type': 'ECONNREFUSED',
        'exception.message': 'refused for [redacted]',
        'exception.stacktrace': expect.stringContaining('spans.test.ts'),
      })
      expect(JSON.stringify(span)).not.toContain('admin@example')
    },
  )

  it('can fail by its own word, and of what is over too', async () => {
    const receiver = await openReceiver()
    await startForTest(receiver.url)
    withSpan('token refresh', {}, span => span.fail('unauthorized'))
    recordSpan('logger look-up', { startMs: Date.now(), errorType: 'timeout' })
    for (const [name, type] of [
      ['token refresh', 'unauthorized'],
      ['logger look-up', 'timeout'],
    ] as const) {
      const span = await receiver.waitForSpan(name)
      expect(span).toMatchObject({ status: { code: 'error' }, attributes: { 'error.type': type } })
    }
  })
})

function failing(): never {
  throw Object.assign(new Error('refused for admin@example.com'), { code: 'ECONNREFUSED' })
}
