// The order in which a logger speaks, and what it does when it is not answered (reference 1.4, 2.7, 3.3, 3.4).

import { buildRequest } from '@deye-hard/solarman-v5/testing'
import { describe, expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS, setStage, viennaLogger } from '../harness.ts'
import { ackOf } from '../memory-network.ts'

describe('an answered logger', () => {
  test('greets, uploads, reports, and then keeps the line alive', () => {
    const stage = setStage()
    stage.schedule.advance(5 * MINUTE_MS)
    const types = stage.messages().map(({ message }) => message.type)
    expect(types.slice(0, 7)).toEqual([
      'hello',
      'data',
      'report',
      'wifi_info',
      'wifi_info',
      'wifi_info',
      'report',
    ])
    expect(types.filter(type => type === 'heartbeat')).toHaveLength(2)
    const lives = stage.of('data').map(({ atMs }) => atMs)
    expect(lives.length).toBeGreaterThanOrEqual(5)
    expect(lives.slice(2).every((atMs, index) => atMs - lives[index + 1]! === MINUTE_MS)).toBe(true)
    expect(stage.network.heard.every(({ dial }) => dial === 0)).toBe(true)
    expect(stage.simulation.stats).toMatchObject({ connected: 1, asleep: 0, retries: 0, restarts: 0 })
  })

  test('counts its own byte up and repeats the byte that the server gave last', () => {
    const stage = setStage()
    let counter = 0x59
    stage.network.answer = heard => {
      const ack = ackOf(heard)
      counter = (counter + 1) % 256
      ack![21] = (ack![21]! - ack![5]! + counter) & 0xff
      ack![5] = counter
      return ack
    }
    stage.schedule.advance(5 * HOUR_MS)
    const frames = stage.network.heard.map(({ frame }) => frame)
    expect(frames.length).toBeGreaterThan(300)
    expect(frames[0]).toMatchObject({ seqServer: 0, seqLogger: 1 })
    frames.forEach((frame, index) => {
      expect(frame.seqLogger).toBe((index + 1) % 256)
      expect(frame.seqServer).toBe(index === 0 ? 0 : (0x59 + index) % 256)
    })
  })

  test('greets again after 1.5 to 3 hours, and reports again', () => {
    const stage = setStage()
    stage.schedule.advance(4 * HOUR_MS)
    const [first, second] = stage.of('hello')
    expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(1.5 * HOUR_MS)
    expect(second!.atMs - first!.atMs).toBeLessThanOrEqual(3.01 * HOUR_MS)
    expect(second!.message.offsetS).toBe(0)
    expect(stage.of('report').filter(({ atMs }) => atMs > second!.atMs)).toHaveLength(2)
  })

  test('answers a Modbus request with the exception of a busy inverter', () => {
    const stage = setStage()
    let asked = false
    stage.network.answer = heard => {
      const ack = ackOf(heard)
      if (asked || ack === null || heard.frame.code !== 0x42) {
        return ack
      }
      asked = true
      const body = [1, 3, 0, 0x3c, 0, 1, 0x44, 0x06]
      const request = buildRequest({ loggerSerial: heard.frame.loggerSerial, seqServer: 77, body })
      return Buffer.concat([ack, request])
    }
    stage.schedule.advance(MINUTE_MS)
    const [answer] = stage.of('response')
    expect(answer!.frame.seqServer).toBe(77)
    expect(answer!.frame.payload.subarray(-2).toString('hex')).toBe('0500')
  })
})

describe('an unanswered logger', () => {
  test('repeats a hello about every 31 s, three times, and then boots anew', () => {
    const stage = setStage({ mode: 'mute' })
    stage.schedule.advance(3 * MINUTE_MS)
    const hellos = stage.of('hello')
    expect(hellos.slice(0, 4).map(({ frame }) => frame.seqLogger)).toEqual([1, 2, 3, 1])
    const gaps = hellos.slice(1, 3).map(({ atMs }, index) => atMs - hellos[index]!.atMs)
    for (const gap of gaps) {
      expect(gap).toBeGreaterThan(30_000)
      expect(gap).toBeLessThan(32_000)
    }
    expect(stage.of('data')).toEqual([])
    expect(stage.simulation.stats.restarts).toBe(1)
  })

  test('sends a record three times 10.6 to 11.9 s apart, then restarts with power-on time 16 and a hello', () => {
    const stage = setStage()
    stage.network.answer = heard => (heard.frame.code === 0x42 ? null : ackOf(heard))
    stage.schedule.advance(65_000)
    const tries = stage.of('data').slice(0, 3)
    const [first, second, third] = tries
    for (const [earlier, later] of [
      [first!, second!],
      [second!, third!],
    ] as const) {
      expect(later.atMs - earlier.atMs).toBeGreaterThanOrEqual(10_600)
      expect(later.atMs - earlier.atMs).toBeLessThanOrEqual(11_900)
      expect(later.message.body).toEqual(earlier.message.body)
      expect(later.message.recordCounter).toBe(earlier.message.recordCounter)
      expect(later.frame.seqLogger).toBe(earlier.frame.seqLogger + 1)
      const gapS = later.message.workTimeS - earlier.message.workTimeS
      expect(Math.abs(gapS - (later.atMs - earlier.atMs) / 1_000)).toBeLessThanOrEqual(1)
    }
    const hellos = stage.of('hello')
    expect(hellos[1]!.frame).toMatchObject({ seqLogger: 1, seqServer: 0 })
    expect(hellos[1]!.message).toMatchObject({ powerOnS: 16, offsetS: 0 })
    expect((hellos[1]!.atMs - hellos[0]!.atMs) / 1_000).toBeGreaterThan(55)
    expect((hellos[1]!.atMs - hellos[0]!.atMs) / 1_000).toBeLessThan(63)
    expect(stage.simulation.stats).toMatchObject({ retries: 2, restarts: 1, data_acked: 0 })
    expect(stage.journal).toEqual([])
  })

  test('takes a late answer to the first copy as an answer', () => {
    const stage = setStage()
    const copies: number[] = []
    stage.network.answer = heard => {
      if (heard.frame.code !== 0x42) {
        return ackOf(heard)
      }
      copies.push(heard.frame.seqLogger)
      const ack = ackOf(heard)!
      ack[21] = (ack[21]! - ack[6]! + copies[0]!) & 0xff
      ack[6] = copies[0]!
      return copies.length === 2 ? ack : null
    }
    stage.schedule.advance(15_000)
    expect(copies).toHaveLength(2)
    expect(stage.simulation.stats).toMatchObject({ data_acked: 1, restarts: 0 })
  })

  test('does not take an answer for another logger, another code or with another status', () => {
    for (const change of [
      (ack: Buffer) => ack.writeUInt8(ack[7]! ^ 1, 7),
      (ack: Buffer) => ack.writeUInt8(0x17, 4),
      (ack: Buffer) => ack.writeUInt8(0, 12),
    ]) {
      const stage = setStage()
      stage.network.answer = heard => {
        const ack = ackOf(heard)!
        change(ack)
        ack[21] = ack.subarray(1, 21).reduce((sum, byte) => (sum + byte) & 0xff, 0)
        return ack
      }
      stage.schedule.advance(20_000)
      expect(stage.simulation.stats).toMatchObject({ frames_acked: 0, answers_unmatched: 1 })
    }
  })

  test('dials again when three heartbeats in a row stay unanswered', () => {
    const stage = setStage()
    stage.network.answer = heard => (heard.frame.code === 0x47 ? null : ackOf(heard))
    stage.schedule.advance(9 * MINUTE_MS)
    expect(stage.of('heartbeat').length).toBeGreaterThanOrEqual(3)
    expect(stage.network.heard.at(-1)!.dial).toBe(1)
  })
})

describe('records that nobody accepted', () => {
  test('come back as 0x81, newest first, after the next accepted live record, each once', () => {
    const stage = setStage()
    stage.schedule.advance(2 * MINUTE_MS)
    const before = stage.journal.length
    stage.network.mode = 'refuse'
    stage.network.cutAll()
    stage.schedule.advance(10 * MINUTE_MS)
    const waiting = stage.simulation.stats.buffered
    expect(waiting).toBeGreaterThanOrEqual(9)
    stage.network.mode = 'answer'
    const heardBefore = stage.network.heard.length
    stage.schedule.advance(3 * MINUTE_MS)
    const since = stage.messages().slice(heardBefore)
    const data = since.flatMap(({ message }) => (message.type === 'data' ? [message] : []))
    expect(data[0]!.buffered).toBe(false)
    const replays = data.filter(message => message.buffered)
    expect(replays).toHaveLength(waiting)
    const counters = replays.map(message => message.recordCounter)
    expect(counters).toEqual(counters.toSorted((a, b) => b - a))
    expect(stage.simulation.stats).toMatchObject({ buffered: 0, replays: waiting })
    const keys = stage.journal.map(({ recordCounter }) => recordCounter)
    expect(new Set(keys).size).toBe(keys.length)
    expect(stage.journal.slice(before).filter(line => line.buffered)).toHaveLength(waiting)
  })

  test('a replay has the body and the counter of the live tries, and the time of its buffering', () => {
    const stage = setStage()
    let mute = true
    stage.network.answer = heard => (mute && heard.frame.code === 0x42 ? null : ackOf(heard))
    stage.schedule.advance(50_000)
    mute = false
    stage.schedule.advance(MINUTE_MS)
    const data = stage.of('data').map(({ message }) => message)
    const first = data[0]!
    const replay = data.find(message => message.buffered)!
    expect(replay.frameType).toBe(0x81)
    expect(replay.body).toEqual(first.body)
    expect(replay.recordCounter).toBe(first.recordCounter)
    expect(replay.workTimeS - first.workTimeS).toBeGreaterThan(30)
    expect(replay.workTimeS - first.workTimeS).toBeLessThan(40)
    expect(Math.abs(replay.offsetS - first.offsetS)).toBeLessThanOrEqual(1)
  })

  test('an unaccepted replay waits for the next accepted live record', () => {
    const stage = setStage({ mode: 'refuse' })
    stage.schedule.advance(5 * MINUTE_MS)
    stage.network.mode = 'answer'
    let refuseReplays = true
    stage.network.answer = heard =>
      refuseReplays && heard.frame.payload[0] === 0x81 && heard.frame.code === 0x42 ? null : ackOf(heard)
    stage.schedule.advance(50_000)
    expect(stage.simulation.stats.replays).toBe(1)
    refuseReplays = false
    stage.schedule.advance(2 * MINUTE_MS)
    expect(stage.simulation.stats.buffered).toBe(0)
  })

  test('the ring loses the oldest, and counts it', () => {
    const stage = setStage({ mode: 'refuse', bufferRecords: 3 })
    stage.schedule.advance(10 * MINUTE_MS)
    stage.network.mode = 'answer'
    stage.schedule.advance(MINUTE_MS)
    const replays = stage.of('data').filter(({ message }) => message.buffered)
    expect(replays).toHaveLength(3)
    expect(stage.simulation.stats.buffer_dropped).toBeGreaterThanOrEqual(6)
    const live = stage.of('data')[0]!.message.recordCounter
    expect(replays.map(({ message }) => live - message.recordCounter)).toEqual([1, 2, 3])
  })
})

describe('a logger whose connection is lost', () => {
  test('comes back with growing, jittered waits, and never more than 45 s', () => {
    const stage = setStage({ mode: 'refuse' })
    stage.schedule.advance(30 * MINUTE_MS)
    stage.network.mode = 'answer'
    const gone = stage.schedule.nowMs()
    stage.schedule.advance(MINUTE_MS)
    expect(stage.network.heard[0]!.atMs - gone).toBeLessThanOrEqual(46_000)
    expect(stage.network.heard[0]!.dial).toBeGreaterThan(40)
    expect(stage.network.heard[0]!.dial).toBeLessThan(130)
  })

  test('some greet again, some carry on with the next sequence byte', () => {
    const loggers = Array.from({ length: 12 }, (_, index) =>
      viennaLogger({ logger_serial: 3_900_000_001 + index, inverter_serial: String(2_200_000_001 + index) }),
    )
    const stage = setStage({ loggers })
    stage.schedule.advance(30_000)
    const heardBefore = stage.network.heard.length
    stage.network.cutAll()
    stage.schedule.advance(5_000)
    const firsts = new Map<number, { code: number; seqLogger: number }>()
    for (const { frame } of stage.network.heard.slice(heardBefore)) {
      if (!firsts.has(frame.loggerSerial)) {
        firsts.set(frame.loggerSerial, frame)
      }
    }
    const codes = [...firsts.values()].map(({ code }) => code)
    expect(codes).toHaveLength(12)
    expect(new Set(codes)).toEqual(new Set([0x41, 0x42]))
    expect([...firsts.values()].every(({ seqLogger }) => seqLogger > 5)).toBe(true)
  })
})
