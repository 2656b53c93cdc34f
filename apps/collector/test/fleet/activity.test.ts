// Message rate, retry ratio and Wi-Fi signal: from frames on a socket to the series, and the counters behind them against a plain list.
import { decodeMessage } from '@deye-hard/solarman-v5'
import { buildHello, buildWifiInfo, loadVectors } from '@deye-hard/solarman-v5/testing'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { RecentCounts } from '../../src/fleet/recent-counts.ts'
import { wifiPercent } from '../../src/fleet/wifi-signal.ts'
import { reads, startTelemetryHere } from '../signals/telemetry-here.ts'
import { nextExport } from './exports.ts'
import { data, framesOf, heartbeat, MINUTE_MS, registered, SERIAL, startFleet } from './fleet-here.ts'

const receiver = await startTelemetryHere()
const labels = { 'logger.serial': String(SERIAL) }
const near = (expected: number) => (found: number) => Math.abs(found - expected) < 0.01

beforeEach(() => receiver.clear())

it('the rate follows the data messages of the last minutes, heartbeats not counted', async () => {
  const here = await startFleet()
  await here.register([registered(SERIAL), registered(SERIAL + 1)])
  const connection = await here.connect()
  let counter = 0
  await here.pass(10, async () => {
    await connection.exchange(heartbeat())
    for (const record of [counter + 1, counter + 2]) await connection.exchange(data(record, 5_000 + record))
    counter += 2
  })
  await reads(receiver, 'solar.logger.message_rate', near(2), labels)
  await reads(receiver, 'solar.logger.message_rate', 0, { 'logger.serial': String(SERIAL + 1) })
  await here.pass(6)
  await reads(receiver, 'solar.logger.message_rate', 0, labels)
})

it('after a start a rate is not known before something came or five minutes have passed', async () => {
  const here = await startFleet()
  await here.register([registered(SERIAL), registered(SERIAL + 1)])
  await (await here.connect()).exchange(data(1))
  await here.pass(4)
  const rates = (await nextExport(receiver)).filter(({ name }) => name === 'solar.logger.message_rate')
  expect(rates.map(({ attributes }) => attributes['logger.serial'])).toEqual([String(SERIAL)])
  await here.pass(1)
  await reads(receiver, 'solar.logger.message_rate', 0, { 'logger.serial': String(SERIAL + 1) })
})

it('the ratio is that of records that we had acked and that come again', async () => {
  const here = await startFleet()
  await here.register([registered(SERIAL), registered(SERIAL + 1)])
  const connection = await here.connect()
  for (let record = 1; record <= 4; record += 1) await connection.exchange(data(record, 5_000 + 60 * record))
  await here.pass(1)
  await reads(receiver, 'solar.logger.retry_ratio', 0, labels)
  await connection.exchange(data(4, 5_251))
  await reads(receiver, 'solar.logger.retry_ratio', 0.2, labels)
  await here.pass(66)
  const names = (await nextExport(receiver)).map(({ name }) => name)
  expect(names, 'nothing came for an hour').not.toContain('solar.logger.retry_ratio')
})

it('the Wi-Fi signal is the one that was reported last, of the present connection', async () => {
  const here = await startFleet()
  await here.register([registered(SERIAL)])
  const connection = await here.connect()
  const clock = { workTimeS: 10, powerOnS: 7, offsetS: 0 }
  await connection.exchange(buildHello({ loggerSerial: SERIAL, ...clock, wifiSignalPercent: 61 }))
  await here.pass(1)
  await reads(receiver, 'solar.logger.wifi_signal', 61, labels)
  const past = buildWifiInfo({ loggerSerial: SERIAL, ...clock, frameType: 0x81, wifiSignalPercent: 12 })
  const present = buildWifiInfo({ loggerSerial: SERIAL, ...clock, frameType: 0x01, wifiSignalPercent: 74 })
  await connection.exchange(present)
  await connection.exchange(past)
  await connection.exchange(heartbeat())
  await reads(receiver, 'solar.logger.wifi_signal', 74, labels)
})

describe('wifiPercent', () => {
  const frames = loadVectors().flatMap(({ bytes }) => framesOf(bytes))

  it('agrees with the decoder on every captured frame', () => {
    const told = frames.map(frame => [frame, decodeMessage(frame)] as const)
    const expected = told.map(([, message]) => {
      if (message.type === 'hello') return message.wifiSignalPercent
      return message.type === 'wifi_info' && !message.buffered ? message.wifiSignalPercent : null
    })
    expect(expected.filter(percent => percent !== null).length).toBeGreaterThan(2)
    expect(told.map(([frame]) => wifiPercent(frame))).toEqual(expected)
  })

  it('is null when the payload is too short or the byte is no percentage', () => {
    expect(wifiPercent({ code: 0x41, payload: Buffer.alloc(17) })).toBeNull()
    expect(wifiPercent({ code: 0x41, payload: Buffer.alloc(18, 101) })).toBeNull()
    expect(wifiPercent({ code: 0x41, payload: Buffer.alloc(18, 100) })).toBe(100)
    expect(wifiPercent({ code: 0x43, payload: Buffer.alloc(45, 1) })).toBeNull()
  })
})

describe('RecentCounts', () => {
  const STRETCHES = 4

  it('counts what a list of moments would', () => {
    const steps = fc.array(
      fc.record({
        slot: fc.nat(600),
        afterMs: fc.integer({ min: 0, max: 3 * MINUTE_MS }),
        forget: fc.nat(9),
      }),
      { maxLength: 200 },
    )
    fc.assert(
      fc.property(steps, given => {
        const counts = new RecentCounts(MINUTE_MS, STRETCHES)
        let moments: { slot: number; atMs: number }[] = []
        let nowMs = 0
        for (const { slot, afterMs, forget } of given) {
          nowMs += afterMs
          counts.add(slot, nowMs)
          moments.push({ slot, atMs: nowMs })
          if (forget === 0) {
            counts.forget(slot)
            moments = moments.filter(one => one.slot !== slot)
          }
          const fromMs = nowMs - counts.spanMs(nowMs)
          const expected = moments.filter(one => one.slot === slot && one.atMs >= fromMs).length
          expect(counts.sum(slot, nowMs)).toBe(expected)
        }
      }),
      { seed: 4 },
    )
  })

  it('stops at what 16 bits hold', () => {
    const counts = new RecentCounts(MINUTE_MS, STRETCHES)
    for (let message = 0; message < 70_000; message += 1) counts.add(0, 1)
    expect(counts.sum(0, 1)).toBe(65_535)
  })
})
