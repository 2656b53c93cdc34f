// W, P and O as reference 2.4 has them, at every speed of the simulator.
import { describe, expect, test } from 'vitest'
import { clock1970 } from '../../src/faults/clock-1970.ts'
import { HOUR_MS, MINUTE_MS, NOON_MS, setStage } from '../harness.ts'

const FIVE_MINUTES_S = 300

describe('offset', () => {
  test('is 0 in every hello, and set in all that follows an ack', () => {
    const stage = setStage()
    stage.schedule.advance(4 * HOUR_MS)
    for (const { message, atMs } of stage.messages()) {
      if (message.type === 'hello') {
        expect(message.offsetS).toBe(0)
      } else if ('workTimeS' in message) {
        expect(Math.abs(message.workTimeS + message.offsetS - atMs / 1_000)).toBeLessThanOrEqual(2)
      }
    }
  })

  test('stays within a second of itself over one boot', () => {
    const stage = setStage()
    stage.schedule.advance(4 * HOUR_MS)
    const offsets = stage.of('data').map(({ message }) => message.offsetS)
    expect(Math.max(...offsets) - Math.min(...offsets)).toBeLessThanOrEqual(1)
  })

  test('follows a server whose clock is wrong', () => {
    const stage = setStage()
    stage.network.serverAheadS = 7_200
    stage.schedule.advance(2 * MINUTE_MS)
    const { message, atMs } = stage.of('data').at(-1)!
    expect(Math.abs(message.workTimeS + message.offsetS - atMs / 1_000 - 7_200)).toBeLessThanOrEqual(2)
  })

  test('is 0 in replays of a boot that had no server, so their date is in 1970', () => {
    const stage = setStage({ mode: 'refuse' })
    stage.schedule.advance(5 * MINUTE_MS)
    stage.network.mode = 'answer'
    stage.schedule.advance(2 * MINUTE_MS)
    const replays = stage.of('data').filter(({ message }) => message.buffered)
    expect(replays.length).toBeGreaterThanOrEqual(4)
    expect(new Set(replays.map(({ message }) => message.offsetS))).toEqual(new Set([0]))
    const live = stage.of('data')[0]!.message
    for (const { message } of replays) {
      expect(live.workTimeS - live.powerOnS).toBe(message.workTimeS - message.powerOnS)
    }
  })

  test('stays 0 in live data under the fault clock-1970', () => {
    const stage = setStage({ faults: [{ fault: clock1970, args: { count: 1, seconds: 0 } }] })
    stage.schedule.advance(2 * MINUTE_MS)
    const later = stage.of('data').filter(({ atMs }) => atMs > NOON_MS + 6_000)
    expect(later.length).toBeGreaterThan(0)
    expect(later.every(({ message }) => message.offsetS === 0)).toBe(true)
  })
})

describe('working time and power-on time', () => {
  test('run together within a boot; the night counts for neither', () => {
    const stage = setStage()
    stage.schedule.advance(24 * HOUR_MS)
    const data = stage.of('data')
    const boots = Map.groupBy(data, ({ message }) => message.workTimeS - message.powerOnS)
    expect(boots.size).toBe(2)
    const [evening, morning] = [...boots.values()]
    const silentS = (morning![0]!.atMs - evening!.at(-1)!.atMs) / 1_000
    expect(silentS).toBeGreaterThan(6 * 3_600)
    const countedS = morning![0]!.message.workTimeS - evening!.at(-1)!.message.workTimeS
    expect(countedS).toBeGreaterThan(0)
    expect(countedS).toBeLessThan(120)
    expect(morning![0]!.message.offsetS).toBeGreaterThan(evening!.at(-1)!.message.offsetS)
    const wake = stage.of('hello').find(({ atMs }) => atMs > evening!.at(-1)!.atMs)!
    expect(wake.message.powerOnS).toBeGreaterThanOrEqual(7)
    expect(wake.message.powerOnS).toBeLessThanOrEqual(60)
  })
})

describe.each([0.5, 1, 60, 600, 3_600])('at speed %d', speed => {
  test('W + O of live data is the time of its arrival, and no replay comes from the future', () => {
    const stage = setStage({ speed })
    const stepMs = (2 * HOUR_MS) / Math.max(1, speed / 10)
    stage.schedule.advance(stepMs)
    stage.network.mode = 'refuse'
    stage.network.cutAll()
    stage.schedule.advance(stepMs)
    stage.network.mode = 'answer'
    stage.schedule.advance(stepMs)
    const data = stage.of('data')
    expect(data.length).toBeGreaterThan(20)
    for (const { message, atMs } of data) {
      const aheadS = message.workTimeS + message.offsetS - atMs / 1_000
      expect(aheadS).toBeLessThan(FIVE_MINUTES_S)
      if (!message.buffered) {
        expect(Math.abs(aheadS)).toBeLessThan(FIVE_MINUTES_S)
      }
    }
  })
})
