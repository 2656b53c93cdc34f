// The queue of tasks, and what speed does to their waits.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRealSchedule, TaskQueue } from '../../src/clock/schedule.ts'
import { createSimClock } from '../../src/clock/sim-clock.ts'
import { createVirtualSchedule } from '../virtual-schedule.ts'

test('tasks run by due time, equal times in the order of adding, cancelled ones never', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ dueMs: fc.integer({ min: 0, max: 50 }), cancelled: fc.boolean() })),
      entries => {
        const queue = new TaskQueue()
        const ran: number[] = []
        const tasks = entries.map(({ dueMs }, index) => queue.add(dueMs, () => ran.push(index)))
        tasks.forEach((task, index) => {
          if (entries[index]!.cancelled) {
            task.cancel()
          }
        })
        for (let run = queue.takeDue(50); run !== null; run = queue.takeDue(50)) {
          run()
        }
        const expected = entries
          .map((entry, index) => ({ ...entry, index }))
          .filter(entry => !entry.cancelled)
          .sort((a, b) => a.dueMs - b.dueMs || a.index - b.index)
          .map(entry => entry.index)
        expect(ran).toEqual(expected)
        expect(queue.size).toBe(0)
      },
    ),
  )
})

test('a task that is not due yet stays', () => {
  const queue = new TaskQueue()
  queue.add(10, () => {})
  expect(queue.takeDue(9)).toBeNull()
  expect(queue.nextDueMs).toBe(10)
})

test('the real schedule runs a nearer task that is added after a farther one first', async () => {
  const schedule = createRealSchedule()
  const order = await new Promise<string[]>(resolve => {
    const ran: string[] = []
    schedule.after(30, () => {
      ran.push('far')
      resolve(ran)
    })
    schedule.after(5, () => ran.push('near'))
  })
  schedule.stop()
  expect(order).toEqual(['near', 'far'])
})

test('simulated waits shrink by the speed, waits on the network no further than their floor', () => {
  const schedule = createVirtualSchedule(1_000_000)
  const clock = createSimClock(schedule, 60, 0)
  const ran: [string, number][] = []
  clock.afterSim(60_000, () => ran.push(['interval', schedule.nowMs() - 1_000_000]))
  clock.afterSim(60_000, () => ran.push(['network', schedule.nowMs() - 1_000_000]), 5_000)
  schedule.advance(10_000)
  expect(ran).toEqual([
    ['interval', 1_000],
    ['network', 5_000],
  ])
  expect(clock.simMs()).toBe(600_000)
  expect(clock.realMs()).toBe(1_010_000)
})
