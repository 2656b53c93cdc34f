// The queue of unsettled bytes against a plain buffer of the whole stream, and its bound on objects.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ByteQueue, MAX_LOOSE_CHUNKS } from './byte-queue.ts'

const MAX_WAITING_BYTES = 64

it('answers like a plain buffer, whatever is appended and dropped', () => {
  // Mostly single bytes: only many small chunks in a row are gathered.
  const size = fc.oneof(
    { weight: 25, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.nat({ max: 200 }) },
  )
  const step = fc.record({
    append: size,
    drop: fc.nat({ max: 100 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150, size: 'max' }), steps => {
      const queue = new ByteQueue(MAX_WAITING_BYTES)
      let stream = Buffer.alloc(0)
      let start = 0
      for (const { append, drop } of steps) {
        const chunk = Buffer.from(Array.from({ length: append }, (_, index) => (stream.length + index) * 7))
        queue.append(chunk)
        stream = Buffer.concat([stream, chunk])
        // Mostly small drops, so that bytes wait in many chunks.
        if (drop > 90) start = Math.min(stream.length, start + drop)
        queue.dropTo(start)
        expect([queue.start, queue.end]).toEqual([start, stream.length])
        if (start === stream.length) continue
        expect(queue.slice(start, stream.length).equals(stream.subarray(start))).toBe(true)
        expect(queue.byteAt(stream.length - 1)).toBe(stream[stream.length - 1])
        expect(queue.indexOf(0xa5, start)).toBe(stream.indexOf(0xa5, start))
      }
    }),
    { numRuns: 300 },
  )
})

it('holds few buffers while a frame trickles in', () => {
  const queue = new ByteQueue(MAX_WAITING_BYTES)
  for (let sent = 0; sent < MAX_WAITING_BYTES; sent += 1) {
    queue.append(Buffer.from([sent]))
    expect(queue.chunkCount).toBeLessThanOrEqual(MAX_LOOSE_CHUNKS)
  }
  expect(queue.copiedBytes).toBe(MAX_WAITING_BYTES)
})

it('does not change bytes that it has handed out', () => {
  const queue = new ByteQueue(MAX_WAITING_BYTES)
  for (let sent = 0; sent < 40; sent += 1) queue.append(Buffer.from([1]))
  const handedOut = queue.slice(0, 40)
  queue.dropTo(40)
  for (let sent = 0; sent < 200; sent += 1) {
    queue.append(Buffer.from([2]))
    queue.dropTo(Math.max(queue.start, queue.end - 20))
  }
  expect(handedOut.equals(Buffer.alloc(40, 1))).toBe(true)
})
