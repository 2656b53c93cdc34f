// Each metric of the collector moves when its cause happens, as a receiver of OTLP sees it.
import { METRICS, type MetricDeclaration } from '@deye-hard/telemetry-schema'
import { holdAgainstSchema } from '@deye-hard/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { until } from '../harness.ts'
import { json } from '../shipper/fake-api.ts'
import { badChecksum, data, heartbeat, hello, shortData, unexpectedCode, unknownCode } from './frames.ts'
import { reads, startCollectorHere, startTelemetryHere } from './telemetry-here.ts'

const receiver = await startTelemetryHere()
const seen = new Set<string>()
const undeclared: string[] = []
const code = (text: string) => ({ 'solarman.control_code': text })
const value = (name: string, expected: number | ((value: number) => boolean), labels = {}) =>
  reads(receiver, name, expected, labels)
const positive = (found: number) => found > 0

beforeEach(() => receiver.clear())
afterEach(() => {
  for (const { name } of receiver.metrics) seen.add(name)
  undeclared.push(...holdAgainstSchema(receiver, undefined, { expectedFrom: [] }))
})

it('each counter is there before it counts', async () => {
  await startCollectorHere()
  const all: [string, MetricDeclaration][] = Object.entries(METRICS)
  const counters = all.filter(([, { kind, by }]) => kind === 'counter' && by.includes('solar-collector'))
  expect(counters.length).toBeGreaterThan(20)
  for (const [name] of counters) await value(name, 0)
})

it('connections', async () => {
  const { logger } = await startCollectorHere({ CONNECTIONS_MAX: '2', GARBAGE_MAX: '64' })
  const good = await logger()
  await good.exchange(heartbeat)
  const stranger = await logger()
  await value('solar.collector.connections.active', 2)
  await (await logger()).closed()
  stranger.send(Buffer.alloc(200, 0x41))
  await stranger.closed()
  await value('solar.collector.connections.accepted', 2)
  await value('solar.collector.connections.dropped', 1, { reason: 'connections_max' })
  await value('solar.collector.connections.dropped', 1, { reason: 'garbage_limit' })
  await value('solar.collector.garbage', 200)
  await value('solar.collector.loggers.connected', 1)
  good.socket.end()
  await value('solar.collector.connections.closed', 1, { reason: 'peer' })
  await value('solar.collector.connections.active', 0)
  await value('solar.collector.loggers.connected', 0)
})

it('frames that are sound, that are none, and that nobody can decode', async () => {
  const { logger } = await startCollectorHere({ UNFINISHED_FRAME_TIMEOUT: '20ms' })
  const connection = await logger()
  const frames = [hello, data(1), data(2), shortData, unknownCode, unexpectedCode, badChecksum(), heartbeat]
  for (const frame of frames) connection.send(frame)
  await connection.take(6 * 23)
  connection.send(data(3).subarray(0, 50))
  await value('solar.frames.rejected', 1, { reason: 'unfinished', ...code('none') })
  await value('solar.frames.rejected', 1, { reason: 'bad_checksum', ...code('none') })
  await value('solar.frames.rejected', 1, { reason: 'undecodable_payload', ...code('0x4210') })
  await value('solar.frames.rejected', 2, { reason: 'unknown_control_code', ...code('other') })
  await value('solar.frames.received', 3, code('0x4210'))
  await value('solar.frames.received', 2, code('other'))
  await value('solar.frames.parsed', 2, code('0x4210'))
  await value('solar.frames.parsed', 1, code('0x4110'))
  await value('solar.frames.parsed', 1, code('0x4710'))
  await value('solar.frames.parsed', 0, code('other'))
})

it('acks, and those that a logger does not take', async () => {
  const { logger, collector } = await startCollectorHere()
  const connection = await logger()
  await connection.exchange(data(7))
  await connection.exchange(data(7, { workTimeS: 5_011 }))
  await connection.exchange(data(8, { workTimeS: 5_060 }))
  await value('solar.acks.sent', 3)
  await value('solar.acks.ignored', 1)
  // What makes an ack late is the matter of counts.test.ts.
  await value('solar.acks.late', 0)
  collector.parts.intake.parts.counters.acks_late += 2
  await value('solar.acks.late', 2)
})

it('frames without an ack', async () => {
  const { logger, collector, api } = await startCollectorHere({ UNKNOWN_LOGGER_DATA: 'ignore' })
  await until(() => collector.parts.registry.status().source === 'api')
  expect(api.loggers.list).toEqual([])
  const connection = await logger()
  connection.send(data(1))
  await connection.exchange(heartbeat)
  await value('solar.frames.unacked', 1, { reason: 'unknown_logger' })
})

it('readings by what became of them, live and buffered', async () => {
  const { logger, api, collector } = await startCollectorHere()
  api.decide = message => {
    const counter = message.kind === 'reading' ? message.reading.record_counter : 0
    if (counter === 2) return { outcome: 'duplicate' }
    if (counter === 3) return { outcome: 'quarantined', reason: 'unknown_logger' }
    return counter === 4 ? { outcome: 'quarantined', reason: 'of-tomorrow' } : { outcome: 'stored' }
  }
  const connection = await logger()
  const frames = [hello, data(1), data(5, { buffered: true }), data(2), data(3, { buffered: true }), data(4)]
  connection.send(Buffer.concat(frames))
  await value('solar.readings.received', 3, { buffered: false })
  await value('solar.readings.received', 2, { buffered: true })
  await value('solar.readings.stored', 1, { buffered: false })
  await value('solar.readings.stored', 1, { buffered: true })
  await value('solar.readings.duplicate', 1, { buffered: false })
  await value('solar.readings.quarantined', 1, { reason: 'unknown_logger', buffered: true })
  await value('solar.readings.quarantined', 1, { reason: 'other', buffered: false })
  await value('solar.readings.unaccounted', 0)
  expect(collector.status().ledger).toMatchObject({ received: 5, stored: 2, duplicates: 1, quarantined: 2 })
})

it('what waits in the spool, and what its commits cost', async () => {
  const { logger, api } = await startCollectorHere({ SPOOL_MAX_BYTES: '2MiB' })
  api.misbehave = (request, response) => {
    if (request.url !== '/api/measurements') return false
    json(response, 503, {})
    return true
  }
  await (await logger()).exchange(data(1))
  await value('solar.spool.messages', 1)
  await value('solar.spool.size', positive)
  await value('solar.spool.limit', 2 * 2 ** 20)
  await value('solar.spool.oldest_age', positive)
  await value('solar.spool.commit.duration', positive, { outcome: 'durable' })
  await value('solar.spool.commit.size', positive)
  await value('solar.storage.post.duration', positive, { outcome: 'server_error' })
  await value('solar.storage.batch.size', positive)
  api.misbehave = null
  await value('solar.spool.messages', 0)
  await value('solar.storage.post.duration', positive, { outcome: 'ok' })
  await value('solar.storage.write.duration', positive, { outcome: 'stored' })
})

it('the way to the API: refused credentials, tokens, the list of loggers', async () => {
  const { api } = await startCollectorHere({ REGISTRY_REFRESH_INTERVAL: '20ms' })
  await value('solar.backend.token.refreshes', 1, { outcome: 'ok' })
  await value('solar.backend.logger_lookups', 1, { outcome: 'ok' })
  await value('solar.backend.logger_lookups', positive, { outcome: 'unchanged' })
  api.misbehave = (request, response) => {
    json(response, request.url === '/api/service/token' ? 401 : 403, {})
    return true
  }
  await value('solar.backend.auth.failures', positive, { operation: 'loggers' })
  await value('solar.backend.logger_lookups', positive, { outcome: 'failed' })
  api.misbehave = (_request, response) => {
    json(response, 401, {})
    return true
  }
  await value('solar.backend.auth.failures', positive, { operation: 'token' })
  await value('solar.backend.token.refreshes', positive, { outcome: 'failed' })
})

it('reading that pauses', async () => {
  const { logger } = await startCollectorHere({ UNACKED_FRAMES_MAX: '1' })
  const connection = await logger()
  connection.send(Buffer.concat([data(1), data(2), data(3)]))
  await value('solar.collector.reading_paused', positive, { reason: 'unacked_frames' })
})

it('the chance of a message to be traced', async () => {
  const { logger } = await startCollectorHere({ FRAME_SPANS_PER_SECOND: '1' })
  await value('solar.telemetry.sampling_probability', 1)
  const connection = await logger()
  connection.send(Buffer.concat(Array.from({ length: 1_000 }, () => data(1))))
  await value('solar.telemetry.sampling_probability', chance => chance < 0.05)
})

it('that was all of them, and nothing undeclared', () => {
  const ours = Object.entries<MetricDeclaration>(METRICS).filter(
    ([name, { by }]) =>
      by.some(service => service === 'solar-collector') &&
      !/^solar\.(fleet|logger|telemetry|log)\./.test(name),
  )
  expect(ours.length).toBeGreaterThan(30)
  expect(ours.map(([name]) => name).filter(name => !seen.has(name))).toEqual([])
  expect(undeclared).toEqual([])
})
