// The memory of boots: the same boot is found, another is not, and it stays bounded.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acquisitionTime, BootClock } from './index.ts'

const LOGGER = 2_948_306_684
const record = { workTimeS: 6_755_845, powerOnS: 873, offsetS: 1_705_840_598 }
const bootStartWorkS = record.workTimeS - record.powerOnS

describe('a boot', () => {
  it('is found by any record of it, with the latest offset', () => {
    const clock = new BootClock()
    clock.observe(LOGGER, record)
    clock.observe(LOGGER, {
      ...record,
      workTimeS: record.workTimeS + 301,
      powerOnS: 1_173,
      offsetS: record.offsetS + 1,
    })
    const early = { workTimeS: bootStartWorkS + 60, powerOnS: 60 }
    expect(clock.find(LOGGER, early)).toEqual({
      bootStartWorkS: bootStartWorkS + 1,
      offsetS: record.offsetS + 1,
    })
    expect(clock.find(LOGGER, { ...early, powerOnS: 50 })).toBeUndefined()
    expect(clock.find(LOGGER + 1, early)).toBeUndefined()
  })

  it('dates a buffered record that was taken before the first ack', () => {
    const clock = new BootClock()
    clock.observe(LOGGER, record)
    const early = { workTimeS: bootStartWorkS + 60, powerOnS: 60, offsetS: 0, buffered: true }
    const receivedAtMs = (record.workTimeS + record.offsetS) * 1_000
    const time = acquisitionTime({ ...early, receivedAtMs, bootOffset: clock.find(LOGGER, early) })
    const acquired_at = new Date(receivedAtMs - 813_000).toISOString()
    expect(time).toEqual({ kind: 'time', acquired_at, quality: 'estimated' })
  })

  it('without a clock is not remembered', () => {
    const clock = new BootClock()
    clock.observe(LOGGER, { ...record, offsetS: 0 })
    expect(clock.size).toBe(0)
  })

  it('is forgotten after four later ones', () => {
    const clock = new BootClock()
    const boots = [0, 1, 2, 3, 4].map(boot => ({
      workTimeS: boot * 1_000 + 10,
      powerOnS: 10,
      offsetS: 1_700_000_000 + boot,
    }))
    for (const boot of boots) clock.observe(LOGGER, boot)
    expect(boots.map(boot => clock.find(LOGGER, boot)?.offsetS)).toEqual([
      undefined,
      1_700_000_001,
      1_700_000_002,
      1_700_000_003,
      1_700_000_004,
    ])
  })
})

it('remembers no more loggers than allowed, and forgets the one heard longest ago', () => {
  const clock = new BootClock({ maxLoggers: 2 })
  for (const logger of [1, 2, 1, 3]) clock.observe(logger, record)
  expect([1, 2, 3].map(logger => clock.find(logger, record) !== undefined)).toEqual([true, false, true])
  expect(clock.evicted).toBe(1)
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 50 })), loggers => {
      for (const logger of loggers) clock.observe(logger, record)
      expect(clock.size).toBeLessThanOrEqual(2)
    }),
  )
})
