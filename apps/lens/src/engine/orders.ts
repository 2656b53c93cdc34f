// What was ordered from the engine's process and is not answered yet: statements in line for a reader, everything with its time.
import { EngineError } from './errors.ts'
import type { Order } from './messages.ts'
import type { QueryCounts } from './status.ts'

export interface OrdersOptions {
  /** Statements that run at a time. */
  running: number
  /** Statements that wait; more are refused. */
  waiting: number
  send(order: Order): void
  /** An order was not answered in its time. */
  onHung(): void
  counts: QueryCounts
}

interface Pending {
  resolve(value: unknown): void
  reject(error: Error): void
  timer: NodeJS.Timeout
}

interface Waiting {
  start(): void
  reject(error: Error): void
}

export class Orders {
  readonly #options: OrdersOptions
  readonly #pending = new Map<number, Pending>()
  readonly #waiting: Waiting[] = []
  #running = 0
  #lastId = 0
  #idle: (() => void)[] = []

  constructor(options: OrdersOptions) {
    this.#options = options
  }

  /** Waits for its turn; its time runs from there. */
  async query(order: (id: number) => Order, timeoutMs: number): Promise<string> {
    const { counts } = this.#options
    try {
      await this.#turn()
      try {
        const text = (await this.direct(order, timeoutMs)) as string
        counts.done += 1
        return text
      } finally {
        this.#running -= 1
        this.#waiting.shift()?.start()
      }
    } catch (error) {
      const code = error instanceof EngineError ? error.code : 'engine_failed'
      counts.failed[code] = (counts.failed[code] ?? 0) + 1
      throw error
    }
  }

  direct(order: (id: number) => Order, timeoutMs: number): Promise<unknown> {
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#options.onHung(), timeoutMs)
      this.#pending.set(id, { resolve, reject, timer })
      this.#options.send(order(id))
    })
  }

  settle(id: number, value: unknown): void {
    this.#take(id)?.resolve(value)
  }

  fail(id: number, error: Error): void {
    this.#take(id)?.reject(error)
  }

  failAll(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error)
    for (const id of [...this.#pending.keys()]) this.fail(id, error)
  }

  load(): { running: number; waiting: number } {
    return { running: this.#running, waiting: this.#waiting.length }
  }

  /** Until nothing is open any more, or the time is over. */
  async settled(timeoutMs: number): Promise<void> {
    if (this.#pending.size === 0) return
    await new Promise<void>(resolve => {
      const late = setTimeout(resolve, timeoutMs)
      this.#idle.push(() => {
        clearTimeout(late)
        resolve()
      })
    })
  }

  #turn(): Promise<void> {
    if (this.#running < this.#options.running) {
      this.#running += 1
      return Promise.resolve()
    }
    if (this.#waiting.length >= this.#options.waiting)
      throw new EngineError('queries_waiting', 'Too many statements wait for the engine.')
    return new Promise((resolve, reject) => {
      const start = () => {
        this.#running += 1
        resolve()
      }
      this.#waiting.push({ start, reject })
    })
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id)
    if (pending === undefined) return undefined
    clearTimeout(pending.timer)
    this.#pending.delete(id)
    if (this.#pending.size === 0) for (const idle of this.#idle.splice(0)) idle()
    return pending
  }
}
