// A connection that belongs to no simulated logger: what a fault opens by itself.

import type { Task } from '../clock/schedule.ts'
import type { SimClock } from '../clock/sim-clock.ts'
import type { Dial, Link } from '../device/link.ts'

const REDIAL_MS = 1_000

export interface StrangerOptions {
  dial: Dial
  clock: SimClock
  /** Real milliseconds between two calls of `next`. */
  everyMs: number
  /** The bytes to send now; called for the first time as soon as the connection stands. */
  next(step: number): Buffer | null
}

/** Dials again when it is thrown out. The returned function ends it. */
export function openStranger(options: StrangerOptions): () => void {
  let link: Link | null = null
  let task: Task | null = null
  let ended = false
  let step = 0

  function speak(): void {
    const bytes = options.next(step)
    step += 1
    if (bytes !== null) {
      link?.write(bytes)
    }
    task = options.clock.afterReal(options.everyMs, speak)
  }

  function open(): void {
    link = options.dial({
      connected: () => speak(),
      received: () => {},
      closed: () => {
        task?.cancel()
        step = 0
        if (!ended) {
          task = options.clock.afterReal(REDIAL_MS, open)
        }
      },
    })
  }

  open()
  return () => {
    ended = true
    task?.cancel()
    link?.close()
  }
}
