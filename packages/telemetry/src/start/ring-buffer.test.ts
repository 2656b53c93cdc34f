// The queue against a plain array that does the same.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RingBuffer } from './ring-buffer.ts'

type Step = { push: number } | { take: number } | { takeAndPutBack: number }
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ push: fc.integer() }),
  fc.record({ take: fc.nat(8) }),
  fc.record({ takeAndPutBack: fc.nat(8) }),
)

it('holds the newest items in order, and says what it forgot', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(step, { maxLength: 100 }), (capacity, steps) => {
      const ring = new RingBuffer<number>(capacity)
      const model: number[] = []
      for (const one of steps) {
        if ('push' in one) {
          model.push(one.push)
          expect(ring.push(one.push)).toBe(model.length <= capacity)
          if (model.length > capacity) model.shift()
        } else if ('take' in one) {
          expect(ring.take(one.take)).toEqual(model.splice(0, one.take))
        } else {
          // What came in between, while the batch was away, is what makes the oldest go.
          const batch = ring.take(one.takeAndPutBack)
          ring.push(-1)
          model.push(-1)
          const lost = Math.max(0, model.length - capacity)
          model.splice(0, lost)
          expect(ring.putBack(batch)).toBe(Math.min(lost, batch.length))
        }
        expect(ring.size).toBe(model.length)
      }
      expect(ring.take(capacity)).toEqual(model)
    }),
  )
})
