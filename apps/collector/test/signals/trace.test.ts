// One trace from the bytes of a logger to the request that makes the row, and the spans of everything on the way that goes wrong.
import type { AttributeValue, ReceivedSpan } from '@deye-hard/testkit'
import { beforeEach, describe, expect, it } from 'vitest'
import { until } from '../harness.ts'
import { json } from '../shipper/fake-api.ts'
import {
  badChecksum,
  data,
  heartbeat,
  hello,
  SERIAL,
  shortData,
  unexpectedCode,
  unknownCode,
} from './frames.ts'
import { startCollectorHere, startTelemetryHere } from './telemetry-here.ts'

const receiver = await startTelemetryHere()
beforeEach(() => receiver.clear())

type Wanted = Record<string, AttributeValue>
const spanWith = (name: string, wanted: Wanted = {}) =>
  receiver.waitForSpan(span => isLike(span, name, wanted), { what: `${name} ${JSON.stringify(wanted)}` })
const allOf = (name: string) => receiver.spans.filter(span => span.name === name)

function isLike({ name, attributes }: ReceivedSpan, wantedName: string, wanted: Wanted): boolean {
  return name === wantedName && Object.entries(wanted).every(([key, value]) => attributes[key] === value)
}

const linkTo = ({ traceId, spanId }: ReceivedSpan) => expect.objectContaining({ traceId, spanId })
const withIdsOf = ({ traceId, spanId }: ReceivedSpan) => ({ trace_id: traceId, span_id: spanId })

describe('a message that goes well', () => {
  it('is one trace from its last byte to the request of the API', async () => {
    const { logger, api, lines } = await startCollectorHere()
    const parents: unknown[] = []
    api.misbehave = request => {
      if (request.url === '/api/measurements') parents.push(request.headers['traceparent'])
      return false
    }
    const connection = await logger()
    await connection.exchange(heartbeat)
    await connection.exchange(data(1))
    const opened = await spanWith('logger connection', { 'connection.phase': 'opened' })
    const message = await spanWith('logger message')
    expect(message).toMatchObject({
      parentSpanId: '',
      kind: 'consumer',
      links: [linkTo(opened)],
      status: { code: 'unset' },
      attributes: {
        'logger.serial': String(SERIAL),
        'solarman.control_code': '0x4210',
        'solarman.buffered': false,
        'frame.size': data(1).length,
        'frame.offset': heartbeat.length,
        'frame.outcome': 'acked',
        'sampling.probability': 1,
      },
    })
    expect(message.traceId).not.toBe(opened.traceId)
    const decode = await spanWith('message decode', { 'decode.kind': 'reading' })
    const shipment = await spanWith('shipment')
    const post = await receiver.waitForSpan(
      ({ name, parentSpanId }) => name === 'POST' && parentSpanId === shipment.spanId,
    )
    expect(decode).toMatchObject({ traceId: message.traceId, parentSpanId: message.spanId })
    expect(shipment).toMatchObject({
      traceId: message.traceId,
      parentSpanId: message.spanId,
      links: [],
      attributes: { 'batch.size': 1, 'batch.lane': 'live', 'batch.stored': 1, 'batch.quarantined': 0 },
    })
    expect(parents).toEqual([`00-${message.traceId}-${post.spanId}-01`])
    const line = (text: string) => lines.filter(({ message }) => message === text).at(-1)
    expect(line('frame received')).toMatchObject(withIdsOf(message))
    expect(line('frame acknowledged')).toMatchObject({ ...withIdsOf(message), control_code: '0x4210' })
    expect(line('batch shipped')).toMatchObject({ ...withIdsOf(shipment), measurement_count: 1 })
    expect(allOf('logger message')).toHaveLength(1) // the heartbeat has none
    const sent = await receiver.waitForLog('batch shipped')
    expect(sent).toMatchObject({ traceId: shipment.traceId, spanId: shipment.spanId })
  })

  it('shares its shipment with others, which are linked', async () => {
    const { logger } = await startCollectorHere({ SHIP_INTERVAL: '100ms' })
    const connection = await logger()
    connection.send(Buffer.concat([data(1), data(2), hello, data(3)]))
    await connection.take(4 * 23)
    const shipment = await spanWith('shipment', { 'batch.size': 4 })
    await until(() => allOf('logger message').length === 4)
    const [parent] = allOf('logger message').filter(({ spanId }) => spanId === shipment.parentSpanId)
    const others = allOf('logger message').filter(({ spanId }) => spanId !== shipment.parentSpanId)
    expect(parent).toBeDefined()
    expect(shipment.links).toHaveLength(3)
    expect(shipment.links).toEqual(expect.arrayContaining(others.map(linkTo)))
  })

  it('goes on with its trace when the batch is sent once more, decoded once', async () => {
    const { logger, api } = await startCollectorHere({ SHIP_BACKOFF_MIN: '1ms', SHIP_BACKOFF_MAX: '5ms' })
    let failures = 2
    api.misbehave = (request, response) => {
      if (request.url !== '/api/measurements' || failures === 0) return false
      failures -= 1
      json(response, 503, {})
      return true
    }
    await (await logger()).exchange(data(1))
    await spanWith('shipment', { 'batch.stored': 1, 'batch.lane': 'resend' })
    const [message] = allOf('logger message')
    const shipments = allOf('shipment')
    expect(shipments.map(({ attributes }) => attributes['error.type'])).toEqual([
      'server_error',
      'server_error',
      undefined,
    ])
    for (const shipment of shipments) expect(shipment.traceId).toBe(message!.traceId)
    expect(allOf('message decode')).toHaveLength(1)
  })
})

describe('trouble, with control code, reason and offset, whatever the coin says', () => {
  const env = { FRAME_SPANS_PER_SECOND: '0' }
  const failed = { status: { code: 'error' } }

  it('bytes that are no frame', async () => {
    const { logger } = await startCollectorHere({ ...env, UNFINISHED_FRAME_TIMEOUT: '20ms' })
    const connection = await logger()
    await connection.exchange(heartbeat)
    connection.send(badChecksum())
    await connection.exchange(heartbeat)
    connection.send(data(1).subarray(0, 60))
    const opened = await spanWith('logger connection', { 'connection.phase': 'opened' })
    const where = { 'solarman.control_code': 'none', 'frame.outcome': 'malformed' }
    const wrong = await spanWith('logger message', {
      'error.type': 'bad_checksum',
      'frame.offset': 14,
      ...where,
    })
    expect(wrong).toMatchObject({ ...failed, links: [linkTo(opened)], attributes: { 'frame.size': 14 } })
    await spanWith('logger message', { 'error.type': 'unfinished', 'frame.offset': 42, ...where })
  })

  it('a peer that speaks something else', async () => {
    const { logger } = await startCollectorHere(env)
    ;(await logger()).send(Buffer.from('160301020304050607', 'hex'))
    const error = { 'error.type': 'tls_client_hello' }
    expect(await spanWith('logger message', error)).toMatchObject(failed)
    const closed = await spanWith('logger connection', error)
    expect(closed).toMatchObject({ ...failed, links: [], attributes: { 'connection.phase': 'closed' } })
  })

  it('codes that nobody knows, acked or not', async () => {
    const { logger } = await startCollectorHere(env)
    const connection = await logger()
    connection.send(unexpectedCode)
    await connection.exchange(unknownCode)
    const error = { 'error.type': 'unknown_control_code' }
    await spanWith('logger message', { ...error, 'solarman.control_code': '0x5110', 'frame.outcome': 'kept' })
    const acked = { ...error, 'solarman.control_code': '0x4410', 'frame.outcome': 'acked' }
    const message = await spanWith('logger message', acked)
    const decode = await spanWith('message decode', { ...error, 'solarman.control_code': '0x4410' })
    expect(decode).toMatchObject({ ...failed, parentSpanId: message.spanId })
    expect(decode.attributes['decode.offset']).toBe(4)
  })

  it('a frame that is not acked', async () => {
    const { logger, collector, lines } = await startCollectorHere({ ...env, UNKNOWN_LOGGER_DATA: 'ignore' })
    await until(() => collector.parts.registry.status().source === 'api')
    ;(await logger()).send(data(1))
    const message = await spanWith('logger message', { 'frame.outcome': 'unacked' })
    expect(message).toMatchObject({ ...failed, attributes: { 'error.type': 'unknown_logger' } })
    const line = lines.find(({ message }) => message === 'frame not acknowledged')
    expect(line).toMatchObject({ ...withIdsOf(message), reason: 'unknown_logger' })
  })

  it('a bug in a handler, with its stack', async () => {
    const { logger, collector } = await startCollectorHere(env)
    collector.parts.intake.parts.spool = { ...collector.parts.spool, append: throwBug }
    ;(await logger()).send(data(1))
    const message = await spanWith('logger message', { 'frame.outcome': 'failed' })
    expect(message.attributes['error.type']).toBe('handler_error')
    expect(message.events[0]!.attributes).toMatchObject({
      'exception.message': 'a bug',
      'exception.stacktrace': expect.stringContaining('throwBug'),
    })
    await spanWith('logger connection', { 'error.type': 'handler_error' })
  })

  it('a payload that gives no message', async () => {
    const { logger } = await startCollectorHere(env)
    await (await logger()).exchange(shortData)
    const decode = await spanWith('message decode', { 'solarman.control_code': '0x4210' })
    expect(decode).toMatchObject({ ...failed, parentSpanId: '' })
    expect(decode.attributes).toMatchObject({
      'error.type': 'undecodable_payload',
      'decode.kind': 'undecodable',
      'decode.reason': 'payload_too_short',
      'decode.offset': shortData.length - 2,
      'sampling.probability': 1,
    })
  })

  it('a batch that the API does not take', async () => {
    const { logger, api } = await startCollectorHere(env)
    api.misbehave = (request, response) => {
      if (request.url !== '/api/measurements') return false
      json(response, 503, {})
      return true
    }
    await (await logger()).exchange(data(1))
    const shipment = await spanWith('shipment', { 'error.type': 'server_error' })
    expect(shipment).toMatchObject({ ...failed, parentSpanId: '', attributes: { 'batch.size': 1 } })
  })

  it('a token and a list that are refused', async () => {
    const { api } = await startCollectorHere({ ...env, REGISTRY_REFRESH_INTERVAL: '20ms' })
    const found = await spanWith('logger look-up', { outcome: 'ok' })
    const token = await spanWith('token refresh', { outcome: 'ok' })
    expect(token).toMatchObject({ traceId: found.traceId, parentSpanId: found.spanId })
    await spanWith('logger look-up', { outcome: 'unchanged' })
    api.misbehave = (_request, response) => {
      json(response, 401, {})
      return true
    }
    expect(await spanWith('token refresh', { outcome: 'failed' })).toMatchObject(failed)
    const lookUp = await spanWith('logger look-up', { outcome: 'failed' })
    expect(lookUp).toMatchObject({ ...failed, attributes: { 'error.type': 'unauthorized' } })
  })
})

function throwBug(): never {
  throw new TypeError('a bug')
}
