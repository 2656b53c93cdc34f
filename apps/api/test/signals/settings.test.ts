// Settings of telemetry: wrong ones are a sentence each, samplers do what they say, a receiver in trouble costs an answer nothing.
import { type NodeProcess, type OtlpReceiver, startOtlpReceiver } from '@deye-hard/testkit'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openHarness } from '../harness.ts'
import { endAll, reach, startApi } from './observed-api.ts'

const harness = await openHarness()
const receiver: OtlpReceiver = await startOtlpReceiver()
const processes: NodeProcess[] = []
beforeEach(() => receiver.clear())
afterAll(async () => {
  await endAll(processes)
  await receiver.stop()
})

function start(env: Record<string, string>): NodeProcess {
  const started = startApi(harness, env)
  processes.push(started)
  return started
}

test('wrong settings: exit 78 with a sentence for each variable, and nothing on stdout', async () => {
  const started = start({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317',
    OTEL_TRACES_SAMPLER: 'sometimes',
    OTEL_METRIC_EXPORT_INTERVAL: '30s',
    API_METRICS_PORT: 'no',
  })
  expect(await started.exited).toEqual({ code: 78, signal: null })
  for (const name of ['OTLP_ENDPOINT', 'TRACES_SAMPLER', 'METRIC_EXPORT_INTERVAL', 'API_METRICS_PORT'])
    expect(started.stderr.join('\n')).toContain(name)
  expect(started.stdout).toEqual([])
})

test('what only telemetry knows to be wrong ends the same way', async () => {
  const started = start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' })
  expect((await started.exited).code).toBe(78)
  expect(started.stderr.join('\n')).toContain('OTEL_EXPORTER_OTLP_ENDPOINT')
})

test('telemetry off: one line says so, and the end is quick', async () => {
  const started = start({})
  const { call } = await reach(harness, started)
  await call('/api/openapi.json')
  expect(started.stdout.filter(line => line.includes('telemetry is off'))).toHaveLength(1)
  const startMs = performance.now()
  started.kill('SIGTERM')
  expect(await started.exited).toEqual({ code: 0, signal: null })
  expect(performance.now() - startMs).toBeLessThan(2_000)
})

describe('OTEL_TRACES_SAMPLER', () => {
  test.each([
    ['always_off', {}],
    ['traceidratio', { OTEL_TRACES_SAMPLER_ARG: '0' }],
  ])('%s: no trace, all metrics; an error is kept unless traces are off', async (sampler, more) => {
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }
    const started = start({ ...endpoint, OTEL_TRACES_SAMPLER: sampler, ...more })
    const { call } = await reach(harness, started)
    const headers = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }
    for (let request = 0; request < 5; request += 1) await call('/api/me', { headers })
    await harness.sql.query('ALTER TABLE service_client RENAME TO hidden')
    const body = { client_id: 'a', client_secret: 'b' }
    expect((await call('/api/service/token', { body })).status).toBe(500)
    await harness.sql.query('ALTER TABLE hidden RENAME TO service_client')
    await receiver.waitForMetric('http.server.request.duration', ({ attributes, count }) => {
      return attributes['http.route'] === '/api/me' && count === 5
    })
    started.kill('SIGTERM')
    await started.exited
    const kept = receiver.spans.filter(({ status }) => status.code === 'error').map(({ name }) => name)
    expect(receiver.spans).toHaveLength(kept.length)
    expect(kept).toEqual(
      sampler === 'always_off' ? [] : expect.arrayContaining(['POST /api/service/token', 'handler']),
    )
  })
})

describe('a receiver in trouble', () => {
  const longest = async (call: (path: string) => Promise<Response>) => {
    let longestMs = 0
    for (let request = 0; request < 40; request += 1) {
      const startMs = performance.now()
      expect((await call('/api/openapi.json')).status).toBe(200)
      longestMs = Math.max(longestMs, performance.now() - startMs)
    }
    return longestMs
  }

  test.each(['absent', 'hanging'])('%s: answers come, the end comes', async kind => {
    if (kind === 'hanging') receiver.behave({ kind: 'hang' })
    const endpoint = kind === 'hanging' ? receiver.url : 'http://127.0.0.1:9'
    const started = start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })
    const { call } = await reach(harness, started)
    // Whatever waited for the receiver would wait for its limit of 5 s.
    expect(await longest(call)).toBeLessThan(2_000)
    const startMs = performance.now()
    started.kill('SIGTERM')
    expect(await started.exited).toEqual({ code: 0, signal: null })
    expect(performance.now() - startMs).toBeLessThan(6_000)
    receiver.behave({ kind: 'answer' })
  })
})
