// Counts behind the metrics: late acks, ignored acks, and an account of messages that says the same as the ledger.
import { buildHello } from '@deye-hard/solarman-v5/testing'
import { expect, it } from 'vitest'
import type { LiveAndBuffered } from '../../src/counters.ts'
import { readGroup, readKey } from '../../src/spool/group-format.ts'
import type { Spool } from '../../src/spool/spool.ts'
import { gate } from '../gated-spool.ts'
import { startIntake, until } from '../harness.ts'
import { type FakeApi, startFakeApi } from '../shipper/fake-api.ts'
import { cutHelloFrame, dataFrame, helloFrame, LOGGER_SERIAL, unknownCodeFrame } from '../shipper/frames.ts'
import { drained, startShipping } from '../shipper/shipping.ts'
import { append, makeSpool } from '../spool/spool-folder.ts'
import { data, heartbeat, SERIAL } from './frames.ts'

it('an ack is late when it leaves later than ACK_LATE_AFTER after its frame', async () => {
  const disk = gate()
  const { logger, intake, clock } = await startIntake({ wrapSpool: disk.wrap, env: { ACK_LATE_AFTER: '5s' } })
  const connection = await logger()
  connection.send(data(1))
  await until(() => disk.held() === 1)
  clock.pass(2_500)
  connection.send(data(2))
  await until(() => disk.held() === 2)
  clock.pass(2_501)
  disk.open()
  await connection.take(2 * 23)
  expect(intake.parts.counters).toMatchObject({ acks_sent: 2, acks_late: 1 })
})

it('an ack was ignored when the record comes again though it was acked', async () => {
  const disk = gate()
  const { logger, intake } = await startIntake({ wrapSpool: disk.wrap })
  const connection = await logger()
  const { counters } = intake.parts
  connection.send(data(7))
  await until(() => disk.held() === 1)
  connection.send(data(7, { workTimeS: 5_011 }))
  await until(() => disk.held() === 2)
  expect(counters).toMatchObject({ frames_retried: 1, acks_ignored: 0 })
  disk.open()
  await connection.take(2 * 23)
  await connection.exchange(data(7, { workTimeS: 5_022 }))
  expect(counters).toMatchObject({ frames_retried: 2, acks_ignored: 1 })
  // Another record, the same one much later, and a replay are none.
  await connection.exchange(data(8, { workTimeS: 5_030 }))
  await connection.exchange(data(8, { workTimeS: 5_200 }))
  await connection.exchange(data(8, { workTimeS: 5_210, buffered: true }))
  expect(counters).toMatchObject({ frames_retried: 2, acks_ignored: 1 })
})

it('messages are received when they are durable, live or buffered; events and heartbeats are none', async () => {
  const { logger, intake } = await startIntake()
  const connection = await logger()
  const event = buildHello({ loggerSerial: SERIAL, workTimeS: 10, powerOnS: 7 })
  for (const frame of [data(1), data(2, { buffered: true }), data(3), event, heartbeat])
    await connection.exchange(frame)
  await until(() => intake.parts.spool.status().events.received === 1)
  expect(intake.parts.counters.readings_received).toEqual({ live: 2, buffered: 1 })
})

it('the account of messages says the same as the ledger, whatever becomes of them', async () => {
  const shipping = await startShipping(await startFakeApi(), { spool: await spoolWithDamage() })
  const { api, clock, spool, shipper } = shipping
  api.decide = decide
  const frames = Array.from({ length: 60 }, (_, index) => FRAMES[index % FRAMES.length]!(index, clock.nowMs))
  for (const { bytes, messageClass } of frames)
    await append(spool, { bytes, receivedAtMs: clock.nowMs, messageClass, loggerSerial: LOGGER_SERIAL })
  await drained(shipping)
  const { ledger } = spool.status()
  const { account } = shipper
  const quarantined = Object.values(account.quarantined).map(sum)
  const messages = frames.filter(({ messageClass }) => messageClass === 'message').length
  expect({
    received: messages + sum(account.received),
    stored: sum(account.stored),
    duplicates: sum(account.duplicate),
    quarantined: total(quarantined),
  }).toEqual({
    received: ledger.received,
    stored: ledger.stored,
    duplicates: ledger.duplicates,
    quarantined: ledger.quarantined,
  })
  expect(ledger).toMatchObject({ unaccounted: 0, waiting: 0 })
  const { damaged, rejected, invalid_message, implausible } = account.quarantined
  for (const count of [account.received, account.stored, account.duplicate, implausible, invalid_message])
    expect(sum(count)).toBeGreaterThan(0)
  expect(rejected.live).toBeGreaterThan(0)
  expect(damaged.live).toBe(1)
  // Each frame once, although what the API rejected was sent twice; a damaged one has nothing to decode.
  expect(total([account.parsed, ...Object.values(account.rejected)].flat())).toBe(frames.length - 1)
})

interface Appended {
  bytes: Buffer
  messageClass: 'message' | 'event'
}
const FRAMES: ((counter: number, nowMs: number) => Appended)[] = [
  (counter, nowMs) => ({ bytes: dataFrame(counter, nowMs), messageClass: 'message' }),
  () => ({ bytes: helloFrame(), messageClass: 'event' }),
  () => ({ bytes: unknownCodeFrame(), messageClass: 'message' }),
  () => ({ bytes: cutHelloFrame(), messageClass: 'event' }),
]

/** Every outcome for every kind of message, by its number. */
const decide: FakeApi['decide'] = ({ kind, seq }) => {
  if (kind === 'event') {
    return seq % 3 === 0 ? { outcome: 'quarantined', reason: 'invalid_message' } : { outcome: 'stored' }
  }
  const outcomes = ['stored', 'duplicate', 'quarantined', 'rejected'] as const
  const outcome = outcomes[Math.floor(seq / FRAMES.length) % outcomes.length]!
  if (outcome === 'rejected') return { outcome, reason: 'no' }
  return outcome === 'quarantined' ? { outcome, reason: 'implausible' } : { outcome }
}

/** Its first group comes back from the disk with a bit changed. */
async function spoolWithDamage(): Promise<Spool> {
  const spool = await makeSpool()
  const read = spool.readGroup.bind(spool)
  spool.readGroup = key => {
    const group = read(key)
    if (group === undefined || readKey(key).firstSeq !== 1) return group
    group.value[group.value.length - 1]! ^= 1
    return readGroup(key, group.value)
  }
  return spool
}

function total(counts: readonly number[]): number {
  return counts.reduce((sumOfAll, count) => sumOfAll + count, 0)
}

function sum({ live, buffered }: LiveAndBuffered): number {
  return live + buffered
}
