// The wheel of deadlines: never early, at most two intervals late, whatever order things happen in.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DeadlineWheel, type Timed } from '../src/deadline-wheel.ts'

const INTERVAL_MS = 10

/** Asks for one deadline; a call before it means "not yet". */
class Alarm implements Timed {
  wheelSlot = -1
  rangAtMs = -1
  deadlineMs: number
  constructor(deadlineMs: number) {
    this.deadlineMs = deadlineMs
  }
  onDeadline(nowMs: number): number {
    if (nowMs < this.deadlineMs) return this.deadlineMs
    this.rangAtMs = nowMs
    return -1
  }
}

it('rings each deadline once it is over, within two sweeps, also far beyond one turn', () => {
  const deadlines = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 50 })
  fc.assert(
    fc.property(deadlines, fc.integer({ min: 0, max: 9 }), (times, phase) => {
      const wheel = new DeadlineWheel(INTERVAL_MS, phase)
      const alarms = times.map(time => new Alarm(time))
      for (const alarm of alarms) wheel.set(alarm, alarm.deadlineMs)
      for (let nowMs = phase; nowMs < 20_100; nowMs += INTERVAL_MS) wheel.sweep(nowMs)
      for (const { deadlineMs, rangAtMs } of alarms) {
        expect(rangAtMs).toBeGreaterThanOrEqual(deadlineMs)
        expect(rangAtMs).toBeLessThanOrEqual(Math.max(deadlineMs, phase) + 2 * INTERVAL_MS)
      }
    }),
  )
})

it('forgets what was removed, also by another that rings in the same sweep', () => {
  const wheel = new DeadlineWheel(INTERVAL_MS, 0)
  const removed = new Alarm(50)
  const remover: Timed = {
    wheelSlot: -1,
    onDeadline() {
      wheel.remove(removed)
      return -1
    },
  }
  wheel.set(remover, 50)
  wheel.set(removed, 50)
  for (let nowMs = 0; nowMs < 200; nowMs += INTERVAL_MS) wheel.sweep(nowMs)
  expect(removed.rangAtMs).toBe(-1)
})

it('survives a standstill and a deadline in the past', () => {
  const wheel = new DeadlineWheel(INTERVAL_MS, 0)
  const alarms = [new Alarm(5), new Alarm(4_000), new Alarm(900_000)]
  for (const alarm of alarms) wheel.set(alarm, alarm.deadlineMs)
  wheel.sweep(1_000_000)
  expect(alarms.map(({ rangAtMs }) => rangAtMs)).toEqual([1_000_000, 1_000_000, 1_000_000])
  const late = new Alarm(1)
  wheel.set(late, 1)
  wheel.sweep(1_000_000 + 2 * INTERVAL_MS)
  expect(late.rangAtMs).toBe(1_000_000 + 2 * INTERVAL_MS)
})
