// Which hours go: the too old ones, then the oldest until the rest fits.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { dropStatement, planSweep } from '../../src/engine/sweep.ts'

const HOUR_MS = 3_600_000
const partition = fc.record({
  table: fc.constantFrom('signoz_metrics.samples_v4', 'signoz_logs.logs_v2'),
  hour: fc.integer({ min: 0, max: 60 }),
  bytes: fc.integer({ min: 0, max: 1_000 }),
})

it('what is left is young enough and fits, and nothing younger than what is left went', () => {
  fc.assert(
    fc.property(fc.array(partition), fc.integer({ min: 0, max: 5_000 }), (partitions, diskBytes) => {
      const plan = planSweep(partitions, { retentionMs: 24 * HOUR_MS, diskBytes }, 50 * HOUR_MS)
      const gone = new Set([...plan.expired, ...plan.evicted])
      const left = partitions.filter(one => !gone.has(one))
      expect(left.every(({ hour }) => hour >= 26)).toBe(true)
      expect(left.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(plan.bytes)
      expect(plan.bytes).toBeLessThanOrEqual(diskBytes)
      const newestEvicted = Math.max(-1, ...plan.evicted.map(({ hour }) => hour))
      expect(left.every(({ hour }) => hour >= newestEvicted)).toBe(true)
      expect(plan.expired.every(({ hour }) => hour < 26)).toBe(true)
    }),
  )
})

it('names no table but ours', () => {
  expect(dropStatement({ table: 'signoz_logs.logs_v2', hour: 5, bytes: 1 })).toBe(
    "ALTER TABLE signoz_logs.logs_v2 DROP PARTITION ID '5'",
  )
  expect(() => dropStatement({ table: 'system.x; DROP', hour: 5, bytes: 1 })).toThrow(TypeError)
})
