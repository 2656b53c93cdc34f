// From the spool to the API: batches, outcomes, the ledger, and what the API cannot stand.
import { randomUUID } from 'node:crypto'
import { MAX_BATCH_MESSAGES } from '@deye-hard/domain'
import { buildFrame, readAnswerBytes, vector } from '@deye-hard/solarman-v5/testing'
import { expect, test, vi } from 'vitest'
import { writeBatchBody } from '../../src/shipper/batch-body.ts'
import { Lanes } from '../../src/shipper/lanes.ts'
import { MessageWriter } from '../../src/shipper/message-writer.ts'
import { settingsOf } from '../harness.ts'
import { append, makeSpool, readAll } from '../spool/spool-folder.ts'
import { startFakeApi } from './fake-api.ts'
import { FakeClock } from './fake-clock.ts'
import { cutHelloFrame, helloFrame, LOGGER_SERIAL, unknownCodeFrame } from './frames.ts'
import {
  advanceUntil,
  appendFrames,
  arrivedCounters,
  drained,
  LINGER_MS,
  range,
  startShipping,
} from './shipping.ts'

test('frames arrive decoded, once, and leave the spool', async () => {
  const shipping = await startShipping(await startFakeApi())
  const { api, clock, spool } = shipping
  await appendFrames(spool, clock, range(0, 3))
  await drained(shipping)
  expect(arrivedCounters(api)).toEqual([0, 1, 2])
  expect(api.arrived[0]).toMatchObject({
    seq: 1,
    logger_serial: LOGGER_SERIAL,
    received_at: '2026-06-01T00:00:00.000Z',
    control_code: '0x4210',
    kind: 'reading',
    reading: {
      inverter_serial: '2212345678',
      acquired_at_quality: 'exact',
      values: { ac_active_power_w: 400 },
    },
  })
  expect(api.batches[0]?.collector_id).toBe(spool.collectorId)
  expect(spool.status().ledger).toEqual({
    received: 3,
    stored: 3,
    duplicates: 0,
    quarantined: 0,
    waiting: 0,
    unaccounted: 0,
  })
  expect(spool.assignedBatches()).toEqual([])
})

test('a lone frame waits for company no longer than the linger, a full batch not at all', async () => {
  const { api, clock, spool } = await startShipping(await startFakeApi(), { batchMessages: 5 })
  await appendFrames(spool, clock, [0])
  clock.advance(LINGER_MS - 1)
  expect(spool.assignedBatches()).toEqual([])
  clock.advance(1)
  await vi.waitFor(() => expect(spool.status().messages).toBe(0))
  await appendFrames(spool, clock, range(1, 6))
  await vi.waitFor(() => expect(spool.status().messages).toBe(0))
  expect(api.batches.map(batch => batch.messages.length)).toEqual([1, 5])
})

test('batches keep their limits of messages and bytes', async () => {
  const shipping = await startShipping(await startFakeApi(), { batchMessages: 10, batchBytes: 8_000 })
  await appendFrames(shipping.spool, shipping.clock, range(0, 30))
  await drained(shipping)
  expect(Math.max(...shipping.api.batches.map(batch => batch.messages.length))).toBeLessThanOrEqual(4)
  expect(arrivedCounters(shipping.api).toSorted((a, b) => a - b)).toEqual(range(0, 30))
})

test('events travel without what identifies a household, and are counted apart', async () => {
  const shipping = await startShipping(await startFakeApi())
  const { api, spool } = shipping
  await append(spool, { bytes: helloFrame(), messageClass: 'event', loggerSerial: LOGGER_SERIAL })
  await drained(shipping)
  expect(api.arrived).toMatchObject([
    { kind: 'event', control_code: '0x4110', event: { event_type: 'hello' } },
  ])
  const [message] = api.arrived
  const event = JSON.stringify(message?.kind === 'event' && message.event)
  for (const secret of ['HOME-WIFI', '192.168.7.9', 'de:ad', 'ssid', 'mac'])
    expect(event).not.toContain(secret)
  expect(spool.status()).toMatchObject({
    events: { received: 1, stored: 1, waiting: 0 },
    ledger: { received: 0, unaccounted: 0 },
  })
})

test('what cannot be decoded travels as bytes with its reason, and both sides count it alike', async () => {
  const shipping = await startShipping(await startFakeApi())
  const { api, spool } = shipping
  await append(spool, { bytes: unknownCodeFrame(), loggerSerial: LOGGER_SERIAL })
  await append(spool, { bytes: cutHelloFrame(), messageClass: 'event', loggerSerial: LOGGER_SERIAL })
  await append(spool, { bytes: Buffer.from('a5'), loggerSerial: LOGGER_SERIAL })
  await drained(shipping)
  expect(api.arrived).toMatchObject([
    { kind: 'undecodable', reason: 'unknown_control_code', control_code: '0x4a10' },
    { kind: 'undecodable', reason: 'undecodable_payload', control_code: '0x4110' },
    { kind: 'undecodable', reason: 'undecodable_payload' },
  ])
  expect(spool.status()).toMatchObject({
    ledger: { received: 3, quarantined: api.ledger.quarantined, unaccounted: 0 },
    events: { received: 1, quarantined: 1, waiting: 0 },
  })
})

test('each outcome has its counter', async () => {
  const shipping = await startShipping(await startFakeApi())
  const { api, spool, clock } = shipping
  const outcomes = [
    { outcome: 'stored' },
    { outcome: 'duplicate' },
    { outcome: 'quarantined', reason: 'unknown_logger' },
  ] as const
  api.decide = message => outcomes[message.seq % 3]!
  await appendFrames(spool, clock, range(0, 9))
  await drained(shipping)
  expect(spool.status().ledger).toMatchObject({
    received: 9,
    stored: 3,
    duplicates: 3,
    quarantined: 3,
    unaccounted: 0,
  })
})

test('a rejected message is sent once more as bytes', async () => {
  const shipping = await startShipping(await startFakeApi())
  const { api, spool, clock } = shipping
  api.decide = message => {
    if (message.kind === 'undecodable') return { outcome: 'quarantined', reason: message.reason }
    return message.seq === 2 ? { outcome: 'rejected', reason: 'frame: found nothing' } : { outcome: 'stored' }
  }
  await appendFrames(spool, clock, range(0, 3))
  await drained(shipping)
  expect(api.arrived.filter(message => message.seq === 2)).toMatchObject([
    { kind: 'reading' },
    { kind: 'undecodable', reason: 'invalid_message' },
  ])
  expect(spool.status().ledger).toMatchObject({ received: 3, stored: 2, quarantined: 1, unaccounted: 0 })
})

test('a message rejected as bytes too is kept aside, counted and told', async () => {
  const shipping = await startShipping(await startFakeApi())
  const { api, spool, clock, events, shipper } = shipping
  api.decide = message => (message.seq === 2 ? { outcome: 'rejected', reason: 'no' } : { outcome: 'stored' })
  await appendFrames(spool, clock, range(0, 3))
  await drained(shipping)
  expect(spool.status()).toMatchObject({ dead: 1, ledger: { stored: 2, quarantined: 1, unaccounted: 0 } })
  expect(events).toEqual([{ kind: 'message_dead', seq: 2, loggerSerial: LOGGER_SERIAL, detail: 'no' }])
  expect(shipper.status().counters).toMatchObject({
    messages_delivered: 2,
    messages_rejected: 1,
    messages_dead: 1,
  })
})

test('a batch refused as a whole is split until the culprit stands alone', async () => {
  const shipping = await startShipping(await startFakeApi(), { backoff: { minMs: 10, maxMs: 20 } })
  const { api, spool, clock } = shipping
  api.misbehave = (request, response, body) => {
    if (request.url !== '/api/measurements' || !body.includes('"seq":7,')) return false
    response.writeHead(400).end('{}')
    return true
  }
  await appendFrames(spool, clock, range(0, 20))
  await drained(shipping)
  expect(spool.status()).toMatchObject({ dead: 1, ledger: { stored: 19, quarantined: 1, unaccounted: 0 } })
  expect(new Set(api.arrived.map(message => message.seq)).size).toBe(19)
})

test('an API that refuses every batch makes nobody give up a message', async () => {
  const shipping = await startShipping(await startFakeApi(), { backoff: { minMs: 10, maxMs: 20 } })
  const { api, spool, clock } = shipping
  let refusals = 0
  api.misbehave = (request, response) => {
    if (request.url !== '/api/measurements') return false
    refusals++
    response.writeHead(413).end()
    return true
  }
  await appendFrames(spool, clock, range(0, 8))
  await advanceUntil(clock, () => refusals > 60)
  expect(spool.status()).toMatchObject({ dead: 0, messages: 8 })
  api.misbehave = null
  await drained(shipping)
  expect(new Set(api.arrived.map(message => message.seq)).size).toBe(8)
  expect(spool.status().ledger).toMatchObject({ received: 8, waiting: 0, unaccounted: 0 })
})

test('stop ships what is there, without the linger', async () => {
  const { api, spool, clock, shipper } = await startShipping(await startFakeApi())
  await appendFrames(spool, clock, range(0, 25))
  await shipper.stop(10_000)
  expect(spool.status().messages).toBe(0)
  expect(arrivedCounters(api)).toHaveLength(25)
})

test('stop with a mute API ends at the deadline and leaves all in the spool', async () => {
  const { api, spool, clock, shipper } = await startShipping(await startFakeApi())
  let asked = false
  api.misbehave = () => {
    asked = true
    return true
  }
  await appendFrames(spool, clock, range(0, 10))
  await vi.waitFor(() => expect(asked).toBe(true))
  const stopped = shipper.stop(10_000)
  clock.advance(10_000)
  await stopped
  expect(readAll(spool).flatMap(({ entries }) => entries)).toHaveLength(10)
  expect(spool.status().ledger.unaccounted).toBe(0)
})

test('the largest batch by default fits what the API takes, of the heaviest messages too', async () => {
  const { shipBatchMessages, shipBatchBytes } = settingsOf()
  expect(shipBatchMessages).toBe(MAX_BATCH_MESSAGES)
  const registers = Array.from({ length: 127 }, () => 65_535)
  const answer = buildFrame({
    code: 0x15,
    loggerSerial: LOGGER_SERIAL,
    payload: [2, 1, ...new Array<number>(12).fill(0), ...readAnswerBytes({ registers })],
  })
  const clock = new FakeClock()
  const heaviest = [
    vector('data_deye_micro_m80g3_live').bytes,
    answer,
    buildFrame({ code: 0x42, loggerSerial: 1, payload: Buffer.alloc(4_096) }),
  ]
  for (const bytes of heaviest) {
    const spool = await makeSpool({ now: clock.now })
    const messageClass = bytes === answer ? 'event' : 'message'
    const entry = { bytes, receivedAtMs: clock.nowMs, messageClass, loggerSerial: LOGGER_SERIAL } as const
    await Promise.all(
      range(0, MAX_BATCH_MESSAGES).map(() => new Promise(resolve => spool.append(entry, resolve))),
    )
    const lanes = new Lanes(spool)
    const taken = lanes.take('backlog', { maxMessages: shipBatchMessages, maxBytes: shipBatchBytes })
    const writer = new MessageWriter({ isKnown: () => true })
    const head = { batch_id: randomUUID(), collector_id: spool.collectorId }
    const { json, shipments } = await writeBatchBody(head, taken!.groups, writer)
    expect(Buffer.byteLength(json)).toBeLessThan(shipBatchBytes)
    // Frames of usual size are not held back by the size of the batch.
    if (bytes.length < 400) expect(shipments.length).toBe(MAX_BATCH_MESSAGES)
  }
})
