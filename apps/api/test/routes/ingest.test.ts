// Taking batches: one outcome for each message in its order, nothing twice, one bad message sinks nothing.
import { describe, expect, test } from 'vitest'
import { bearer, openHarness } from '../harness.ts'
import { batch, readingMessage } from '../messages.ts'

const LOGGER = 2_700_000_020
const harness = await openHarness()
const app = await harness.buildApp()
await harness.addPlant(null, LOGGER)
const token = await harness.serviceToken(app, ['measurements:write'])

const send = (payload: object) =>
  app.inject({ method: 'POST', url: '/api/measurements', headers: bearer(token), payload })
const count = async () =>
  (await harness.sql.query('SELECT count(*)::int AS n FROM measurement')).rows[0].n as number

test('a batch of everything: outcomes stand in the order of the messages', async () => {
  const before = await count()
  const now = harness.clock()
  const good = readingMessage(LOGGER, now)
  const unknown = readingMessage(999, now)
  const invalid = readingMessage(LOGGER, now, { ac_active_power_w: 1e9 })
  const { frame: _frame, ...frameless } = readingMessage(LOGGER, now)
  const { seq: _seq, ...nameless } = readingMessage(LOGGER, now)
  const undecodable = {
    ...good,
    seq: 9_001,
    kind: 'undecodable',
    reason: 'undecodable_payload',
    reading: undefined,
  }
  const event = {
    ...good,
    seq: 9_002,
    kind: 'event',
    event: { event_type: 'hello', acquired_at: null, data: {} },
  }
  const answer = await send(
    batch([frameless, good, unknown, { ...good }, invalid, nameless, undecodable, event, null, 7]),
  )
  expect(answer.statusCode).toBe(200)
  expect(answer.json().outcomes).toMatchObject([
    { seq: frameless.seq, outcome: 'rejected', reason: 'frame: found nothing, expected a frame in base64' },
    { seq: good.seq, outcome: 'stored' },
    { seq: unknown.seq, outcome: 'quarantined', reason: 'unknown_logger' },
    {
      seq: good.seq,
      outcome: 'rejected',
      reason: expect.stringContaining('seq: found a number that came before'),
    },
    { seq: invalid.seq, outcome: 'quarantined', reason: 'invalid_message' },
    { seq: -1, outcome: 'rejected', reason: 'seq: found nothing, expected a whole number from 0' },
    { seq: 9_001, outcome: 'quarantined', reason: 'undecodable_payload' },
    { seq: 9_002, outcome: 'stored' },
    { seq: -1, outcome: 'rejected' },
    { seq: -1, outcome: 'rejected' },
  ])
  expect(answer.json()).toMatchObject({ stored: 2, duplicates: 0, quarantined: 3, rejected: 5 })
  expect(await count()).toBe(before + 1)
  const { rows } = await harness.sql.query('SELECT reason, detail FROM quarantine ORDER BY id')
  expect(rows).toContainEqual({
    reason: 'invalid_message',
    detail: expect.stringContaining('reading.values.ac_active_power_w'),
  })
})

test('the same batch again gives the same answer and changes nothing', async () => {
  const payload = batch([
    readingMessage(LOGGER, harness.clock()),
    { seq: 'x' },
    readingMessage(999, harness.clock()),
  ])
  const first = await send(payload)
  const before = await count()
  expect((await send(payload)).json()).toEqual(first.json())
  expect(await count()).toBe(before)
})

test('other messages under a batch id that was used are refused, not answered with the old outcomes', async () => {
  const first = batch([readingMessage(LOGGER, harness.clock())])
  await send(first)
  const before = await count()
  const answer = await send({ ...first, messages: [readingMessage(LOGGER, harness.clock())] })
  expect(answer.json()).toMatchObject({ status: 409, type: 'urn:deye-hard:problem:batch_changed' })
  expect(await count()).toBe(before)
})

test('the same reading in another batch is a duplicate', async () => {
  const message = readingMessage(LOGGER, harness.clock())
  expect((await send(batch([message]))).json().stored).toBe(1)
  expect((await send(batch([message]))).json()).toMatchObject({ stored: 0, duplicates: 1 })
})

describe('a batch whose outer shape is wrong is refused as a whole', () => {
  test.each([
    ['batch_id', { ...batch([1]), batch_id: 'no' }],
    ['collector_id', { ...batch([1]), collector_id: 'a b' }],
    ['messages', { ...batch([]) }],
    ['messages', { ...batch(Array(1_001).fill(1)) }],
    ['more', { ...batch([1]), more: 1 }],
  ])('%s', async (field, payload) => {
    const answer = await send(payload)
    expect(answer.statusCode).toBe(400)
    expect(answer.json().errors[0].field).toBe(field)
  })
})

test('1,000 messages fit into one batch and into the body limit', async () => {
  const before = await count()
  const messages = Array.from({ length: 1_000 }, () => readingMessage(LOGGER, harness.clock()))
  const answer = await send(batch(messages))
  expect(answer.json()).toMatchObject({ stored: 1_000, rejected: 0 })
  expect(await count()).toBe(before + 1_000)
  expect(app.counters.get('messages', 'stored')).toBeGreaterThanOrEqual(1_000)
})
