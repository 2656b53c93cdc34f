// A connection as spans: opened, a part each interval, closed; each linked to the one before, none of them held open.
import type { ReceivedSpan } from '@deye-hard/testkit'
import { beforeEach, expect, it } from 'vitest'
import { startIntake, until } from '../harness.ts'
import { heartbeat, SERIAL } from './frames.ts'
import { startTelemetryHere } from './telemetry-here.ts'

const MINUTE_MS = 60_000
const receiver = await startTelemetryHere()
beforeEach(() => receiver.clear())

const parts = () => receiver.spans.filter(({ name }) => name === 'logger connection')
const phases = () => parts().map(({ attributes }) => attributes['connection.phase'])
const partsCome = (count: number) => until(() => parts().length === count, `${count} spans of connections`)
const linkTo = ({ traceId, spanId }: ReceivedSpan) => expect.objectContaining({ traceId, spanId })

it('has one part each interval, each linked to the one before', async () => {
  const test = await startIntake({ env: { CONNECTION_SPAN_INTERVAL: '10m' } })
  const wait = (ms: number) => {
    test.clock.now += ms
    test.pass(ms)
  }
  const logger = await test.logger()
  wait(2_000)
  await logger.exchange(heartbeat)
  await partsCome(1)
  for (let round = 0; round < 5; round += 1) {
    wait(5 * MINUTE_MS)
    await logger.exchange(heartbeat)
  }
  await partsCome(3)
  logger.send(Buffer.from('garbage'))
  await logger.exchange(heartbeat)
  wait(MINUTE_MS)
  logger.socket.end()
  await partsCome(4)
  expect(phases()).toEqual(['opened', 'open', 'open', 'closed'])
  const [opened, first, second, closed] = parts() as [ReceivedSpan, ReceivedSpan, ReceivedSpan, ReceivedSpan]
  expect(opened).toMatchObject({ kind: 'server', parentSpanId: '', links: [], durationMs: 2_000 })
  expect(opened.attributes).toMatchObject({
    'logger.serial': String(SERIAL),
    'client.address': '127.0.0.1',
    'connection.frames': 1,
    'connection.acks': 0,
  })
  expect(first).toMatchObject({ links: [linkTo(opened)], durationMs: 10 * MINUTE_MS })
  expect(second).toMatchObject({ links: [linkTo(first)], durationMs: 10 * MINUTE_MS })
  expect(closed).toMatchObject({ links: [linkTo(second)], status: { code: 'unset' } })
  expect(closed.attributes).toMatchObject({
    'connection.close_reason': 'peer',
    'connection.frames': 7,
    'connection.acks': 7,
    'connection.malformed': 1,
    'connection.age': 26 * 60 + 2,
  })
  expect(new Set(parts().map(({ traceId }) => traceId)).size).toBe(4)
})

it('has one span when it never had a frame, and none when it was refused', async () => {
  const test = await startIntake({ env: { CONNECTIONS_MAX: '1' } })
  const mute = await test.logger()
  await until(() => test.intake.activeConnections === 1)
  const refused = await test.logger()
  await refused.closed()
  test.clock.now += 2 * MINUTE_MS
  test.pass(2 * MINUTE_MS)
  await mute.closed()
  await partsCome(1)
  expect(parts()[0]).toMatchObject({ links: [], durationMs: 2 * MINUTE_MS, status: { code: 'unset' } })
  expect(parts()[0]!.attributes).toMatchObject({
    'connection.phase': 'closed',
    'connection.close_reason': 'first_frame_timeout',
    'connection.frames': 0,
  })
  expect(test.intake.parts.counters.connections_refused.connections_max).toBe(1)
})
