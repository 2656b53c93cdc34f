// Checksums of overlapping ranges against plain addition, and the work they cost.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ByteQueue } from './byte-queue.ts'
import { RangeSums } from './range-sums.ts'

const MAX_RANGE_BYTES = 20

it('equals plain addition for any ranges that start ever later, good or refused', () => {
  const range = fc.record({
    ahead: fc.nat({ max: 8 }),
    length: fc.nat({ max: MAX_RANGE_BYTES }),
    isRefused: fc.boolean(),
  })
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 100, maxLength: 300 }),
      fc.array(range, { maxLength: 60 }),
      (bytes, ranges) => {
        const queue = new ByteQueue(bytes.length)
        for (let offset = 0; offset < bytes.length; offset += 30)
          queue.append(Buffer.from(bytes.subarray(offset, offset + 30)))
        const sums = new RangeSums(queue, MAX_RANGE_BYTES)
        let from = 0
        for (const { ahead, length, isRefused } of ranges) {
          from += ahead
          const to = from + length
          if (length === 0 || to > bytes.length) continue
          const plain = bytes.subarray(from, to).reduce((sum, byte) => sum + byte, 0) & 0xff
          expect(sums.sum(from, to)).toBe(plain)
          if (isRefused) sums.remember(from, to)
        }
        expect(sums.summedBytes).toBeLessThanOrEqual(
          3 * bytes.length + MAX_RANGE_BYTES * ranges.filter(({ isRefused }) => !isRefused).length,
        )
      },
    ),
    { numRuns: 300 },
  )
})

it('adds up a stream of refused ranges at most twice', () => {
  const queue = new ByteQueue(10_000)
  queue.append(Buffer.alloc(10_000, 3))
  const sums = new RangeSums(queue, 4_000)
  for (let from = 0; from <= 6_000; from += 1) {
    expect(sums.sum(from, from + 4_000)).toBe(12_000 % 256)
    sums.remember(from, from + 4_000)
  }
  expect(sums.summedBytes).toBeLessThanOrEqual(20_000)
})

it('takes memory only once a range was refused', () => {
  const queue = new ByteQueue(100)
  queue.append(Buffer.alloc(100, 3))
  const sums = new RangeSums(queue, 4_000)
  for (let from = 0; from < 50; from += 1) expect(sums.sum(from, from + 10)).toBe(30)
  expect(sums.heldBytes).toBe(0)
  sums.remember(50, 60)
  expect(sums.sum(51, 60)).toBe(27)
  expect(sums.heldBytes).toBe(4_096)
})
