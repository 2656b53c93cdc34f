// One queue of timed tasks for all devices: thousands of loggers share one Node timer.

export interface Task {
  cancel(): void
}

export interface Schedule {
  /** Milliseconds since 1970 by the clock that drives this schedule. */
  nowMs(): number
  after(delayMs: number, run: () => void): Task
}

interface Entry {
  dueMs: number
  order: number
  run: (() => void) | null
}

/** A binary heap by due time; equal times keep the order in which they were added, so a run can be repeated. */
export class TaskQueue {
  readonly #heap: Entry[] = []
  #order = 0

  get nextDueMs(): number | null {
    return this.#heap[0]?.dueMs ?? null
  }

  get size(): number {
    return this.#heap.length
  }

  add(dueMs: number, run: () => void): Task {
    const entry: Entry = { dueMs, order: this.#order++, run }
    this.#heap.push(entry)
    this.#rise(this.#heap.length - 1)
    return {
      cancel: () => {
        // The closure is let go at once; the empty entry leaves the heap when its time comes.
        entry.run = null
      },
    }
  }

  /** Takes the first task that is due, or null. */
  takeDue(nowMs: number): (() => void) | null {
    while (this.#heap.length > 0 && this.#heap[0]!.dueMs <= nowMs) {
      const run = this.#removeFirst().run
      if (run !== null) {
        return run
      }
    }
    return null
  }

  #removeFirst(): Entry {
    const first = this.#heap[0]!
    const last = this.#heap.pop()!
    if (this.#heap.length > 0) {
      this.#heap[0] = last
      this.#sink(0)
    }
    return first
  }

  #rise(start: number): void {
    let index = start
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!isBefore(this.#heap[index]!, this.#heap[parent]!)) {
        return
      }
      this.#swap(index, parent)
      index = parent
    }
  }

  #sink(start: number): void {
    let index = start
    for (;;) {
      let first = index
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < this.#heap.length && isBefore(this.#heap[child]!, this.#heap[first]!)) {
          first = child
        }
      }
      if (first === index) {
        return
      }
      this.#swap(index, first)
      index = first
    }
  }

  #swap(a: number, b: number): void {
    const entry = this.#heap[a]!
    this.#heap[a] = this.#heap[b]!
    this.#heap[b] = entry
  }
}

/** A schedule on the machine's clock; `stop` drops all tasks. */
export function createRealSchedule(): Schedule & { stop(): void } {
  const queue = new TaskQueue()
  let timer: NodeJS.Timeout | null = null
  let armedForMs = Number.POSITIVE_INFINITY
  let stopped = false

  function arm(): void {
    const dueMs = queue.nextDueMs
    if (stopped || dueMs === null || dueMs >= armedForMs) {
      return
    }
    clearTimeout(timer ?? undefined)
    armedForMs = dueMs
    timer = setTimeout(runDue, Math.max(0, Math.min(dueMs - monotonicNowMs(), 2 ** 31 - 1)))
  }

  function runDue(): void {
    armedForMs = Number.POSITIVE_INFINITY
    const nowMs = monotonicNowMs()
    for (let run = queue.takeDue(nowMs); run !== null && !stopped; run = queue.takeDue(nowMs)) {
      run()
    }
    arm()
  }

  return {
    nowMs: monotonicNowMs,
    after(delayMs, run) {
      const task = queue.add(monotonicNowMs() + delayMs, run)
      arm()
      return task
    },
    stop() {
      stopped = true
      clearTimeout(timer ?? undefined)
    },
  }
}

/** Wall time that never jumps: a corrected system clock must not stall or burst the fleet. */
function monotonicNowMs(): number {
  return performance.timeOrigin + performance.now()
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order)
}
