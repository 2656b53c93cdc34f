// Both doors of the intake: protobuf and JSON, plain and gzip; what is no OTLP or too much is refused and counted.
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { waitUntil } from '@deye-hard/testkit'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startIntake } from '../../src/intake/intake.ts'
import { decodeJson } from '../../src/intake/json-request.ts'
import { REQUESTS, RESPONSES, SIGNALS, type Signal } from '../../src/intake/wire.ts'
import { type IntakeForTests, intakeForTests, intakeOptions, sendGrpc, sendHttp } from './intake-for-tests.ts'
import { sampleRequests } from './sample-requests.ts'

const PROTOBUF = { 'content-type': 'application/x-protobuf' }
const GZIP = { 'content-encoding': 'gzip' }
const MESSAGE_MAX = 40_000
const BODIES_MAX = 41_000
const CONNECTIONS_MAX = 30
/** Of the sample requests; SigNoz's exporter drops one gauge that is not a number and the exponential histogram. */
const ITEMS: Record<Signal, { sent: number; dropped: number }> = {
  metrics: { sent: 13, dropped: 2 },
  traces: { sent: 6, dropped: 0 },
  logs: { sent: 6, dropped: 0 },
}

let lens: IntakeForTests
let port: number

beforeAll(async () => {
  lens = await intakeForTests({
    messageMax: MESSAGE_MAX,
    http: { bodiesMax: BODIES_MAX, connectionsMax: CONNECTIONS_MAX },
  })
  port = lens.intake.ports.http
})

afterAll(() => lens.stop())

const samples = sampleRequests('doors', Date.now())
const json = (signal: Signal) => JSON.stringify(samples[signal])
const protobuf = (signal: Signal) => REQUESTS[signal].encode(decodeJson(signal, json(signal)))

describe.each(SIGNALS)('%s', signal => {
  const { sent, dropped } = ITEMS[signal]
  const ways: Record<string, () => Promise<unknown>> = {
    'protobuf over gRPC': () => sendGrpc(`127.0.0.1:${lens.intake.ports.grpc}`, signal, protobuf(signal)),
    'protobuf over HTTP': async () =>
      RESPONSES[signal].decode(await bytesOf(sendHttp(port, signal, protobuf(signal), PROTOBUF))),
    'gzipped protobuf': async () =>
      RESPONSES[signal].decode(
        await bytesOf(sendHttp(port, signal, gzipSync(protobuf(signal)), { ...PROTOBUF, ...GZIP })),
      ),
    JSON: async () => (await sendHttp(port, signal, json(signal))).json(),
    'gzipped JSON': async () => (await sendHttp(port, signal, gzipSync(json(signal)), GZIP)).json(),
  }

  it.each(Object.keys(ways))('as %s are stored and answered', async way => {
    const before = lens.intake.status().signals[signal]
    const answer = JSON.stringify(await ways[way]?.())
    if (dropped > 0) expect(answer).toContain('not_a_number: 1, exponential_histogram: 1')
    else expect(answer).not.toContain('errorMessage')
    await lens.intake.flush()
    const after = lens.intake.status().signals[signal]
    expect(after.received - before.received).toBe(sent)
    expect(after.stored - before.stored).toBe(sent - dropped)
  })

  it('that are no OTLP are refused', async () => {
    const before = lens.intake.status().refused.undecodable
    const bad = Buffer.from('no protobuf')
    await expect(sendGrpc(`127.0.0.1:${lens.intake.ports.grpc}`, signal, bad)).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
    })
    expect((await sendHttp(port, signal, bad, PROTOBUF)).status).toBe(400)
    expect(
      (await sendHttp(port, signal, '{"resourceSpans": 5, "resourceMetrics": 5, "resourceLogs": 5}')).status,
    ).toBe(400)
    expect((await sendHttp(port, signal, 'null')).status).toBe(400)
    expect((await sendHttp(port, signal, json(signal), GZIP)).status).toBe(400)
    expect(lens.intake.status().refused.undecodable - before).toBe(5)
  })
})

describe('too much', () => {
  it('in one message is refused, also when it is small until it is unpacked', async () => {
    const before = lens.intake.status().refused.too_large
    const large = Buffer.alloc(MESSAGE_MAX + 1, ' ')
    expect((await sendHttp(port, 'logs', large)).status).toBe(413)
    expect((await sendHttp(port, 'logs', gzipSync(large), GZIP)).status).toBe(413)
    await expect(sendGrpc(`127.0.0.1:${lens.intake.ports.grpc}`, 'logs', large)).rejects.toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
    })
    expect(lens.intake.status().refused.too_large - before).toBe(3)
  })

  it('at a time is sent away for a second', async () => {
    const slow = httpRequest({
      port,
      method: 'POST',
      path: '/v1/logs',
      headers: { 'content-type': 'application/json' },
    })
    const answered = once(slow, 'response')
    slow.write(Buffer.alloc(MESSAGE_MAX - 100, ' '))
    const refused = await waitUntil(async () => {
      const response = await sendHttp(port, 'logs', json('logs'))
      return response.status === 503 ? response : null
    })
    expect(refused.headers.get('retry-after')).toBe('1')
    slow.end('{}')
    const [response] = (await answered) as [IncomingMessage]
    expect(response.statusCode).toBe(200)
    expect(lens.intake.status().refused.busy).toBeGreaterThan(0)
    expect((await sendHttp(port, 'logs', json('logs'))).status).toBe(200)
  })
})

it('connections beyond the limit are closed and counted', async () => {
  const before = lens.intake.status().refused.busy
  const sockets = Array.from({ length: CONNECTIONS_MAX + 5 }, () => connect(port, '127.0.0.1'))
  for (const socket of sockets) socket.on('error', () => {})
  await waitUntil(() => lens.intake.status().refused.busy >= before + 5)
  for (const socket of sockets) socket.destroy()
  await waitUntil(async () => (await sendHttp(port, 'logs', json('logs'))).status === 200)
})

it('wrong paths, methods and types are refused, each with its reason', async () => {
  const before = lens.intake.status().refused
  expect((await sendHttp(port, 'profiles', '{}')).status).toBe(404)
  expect((await fetch(`http://127.0.0.1:${port}/v1/logs`)).status).toBe(405)
  expect((await sendHttp(port, 'logs', '{}', { 'content-type': 'text/plain' })).status).toBe(415)
  expect((await sendHttp(port, 'logs', '{}', { 'content-encoding': 'br' })).status).toBe(415)
  const after = lens.intake.status().refused
  expect([after.wrong_path - before.wrong_path, after.wrong_type - before.wrong_type]).toEqual([2, 2])
})

it.each(['grpc', 'http'] as const)(
  'a %s port that is taken is an error that names its variable',
  async which => {
    const taken = lens.intake.ports[which]
    const options = intakeOptions()
    const twice = startIntake(lens.engine, { ...options, [which]: { ...options[which], port: taken } })
    await expect(twice).rejects.toMatchObject({
      code: 'port_taken',
      message: expect.stringContaining(`LENS_OTLP_${which.toUpperCase()}_PORT`),
    })
  },
)

async function bytesOf(response: Promise<Response>): Promise<Buffer> {
  return Buffer.from(await (await response).arrayBuffer())
}

it('stops although a client of gRPC is frozen and never closes its end', { timeout: 20_000 }, async () => {
  const other = await intakeForTests()
  const frozen = connect({ port: other.intake.ports.grpc, host: '127.0.0.1', allowHalfOpen: true })
  await once(frozen, 'connect')
  // The beginning of HTTP/2 and empty settings (RFC 9113 3.4, 6.5); what comes back is read and never answered.
  frozen.write(
    Buffer.concat([
      Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
      Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
    ]),
  )
  await once(frozen, 'data')
  await other.stop()
  frozen.destroy()
})
