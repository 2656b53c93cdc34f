// The memory of traced messages: found by their number, in order, bounded, oldest first.
import { expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { traceConnection } from '../../src/signals/connection-trace.ts'
import { TracedMessages } from '../../src/signals/traced-messages.ts'

const ref = (seq: number) => ({ traceId: `trace-${seq}`, spanId: `span-${seq}`, sampled: true })

it('finds messages by number and by range, until they have left', () => {
  const traced = new TracedMessages(100)
  for (const seq of [12, 5, 7]) traced.add(seq, ref(seq))
  expect(traced.find(5)).toEqual(ref(5))
  expect(traced.findRange(5, 8)).toEqual([ref(5), ref(7), ref(12)])
  expect(traced.findRange(8, 4)).toEqual([])
  traced.remove(7)
  expect(traced.findRange(0, 100)).toEqual([ref(5), ref(12)])
})

it('forgets the oldest when there are too many, and counts them', () => {
  const traced = new TracedMessages(3)
  for (let seq = 1; seq <= 5; seq += 1) traced.add(seq, ref(seq))
  expect(traced.size).toBe(3)
  expect(traced.forgotten).toBe(2)
  expect(traced.findRange(1, 5)).toEqual([ref(3), ref(4), ref(5)])
})

it('a connection holds nothing for tracing while telemetry is off', () => {
  expect(traceConnection(systemClock, 1_000)).toBeNull()
})
