// The engine as lens sees it: statements and rows go to a process of its own, which is watched and started again when it dies.
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { EngineError, engineError } from './errors.ts'
import type { Answer, EngineLimits, Order, Swept } from './messages.ts'
import { Orders } from './orders.ts'
import { type EngineStatus, newStatus } from './status.ts'
import type { InsertTable } from './tables.ts'

/** Beyond its own limit a statement gets so long until the process counts as hung and is killed. */
const GRACE_MS = 5_000
const START_TIMEOUT_MS = 60_000
const CLOSE_TIMEOUT_MS = 15_000
const STDERR_CHARACTERS = 2_000

/** One row as ClickHouse's JSONEachRow gives it: 64-bit integers are text, nan and inf are null. */
export type Row = Readonly<Record<string, unknown>>

export interface EngineOptions {
  /** Made when it is not there. */
  folder: string
  limits: EngineLimits
  insertTimeoutMs: number
  /** Statements that wait for a reader; more are refused. */
  queriesWaiting: number
  restartBackoff: { minMs: number; maxMs: number }
}

export interface Engine {
  /** Rejects with EngineError. The statement runs under `limits` and can write nothing. */
  query(sql: string): Promise<Row[]>
  insert(table: InsertTable, rows: readonly Row[]): Promise<void>
  /** Rows that are JSON already, one a line. */
  insertLines(table: InsertTable, lines: readonly string[]): Promise<void>
  /** Drops what is too old or too much now, not at the next tick. */
  sweep(): Promise<Swept>
  /** Resolves when statements can run, also after a death; rejects with `engine_closed` after `close`. */
  ready(): Promise<void>
  status(): EngineStatus
  /** Runs what was ordered, closes the folder, ends the process. Safe to call twice. */
  close(): Promise<void>
}

/** Rejects with EngineError `folder_locked` or `engine_failed`; then no process is left. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const engine = new EngineHost(options)
  await engine.start()
  return engine
}

class EngineHost implements Engine {
  readonly #options: EngineOptions
  readonly #status: EngineStatus
  readonly #orders: Orders
  #child: ChildProcess | undefined
  #closing: Promise<void> | undefined
  #restart: NodeJS.Timeout | undefined
  #backoffMs: number
  #stderr = ''
  #readyWaiters: { resolve(): void; reject(error: Error): void }[] = []

  constructor(options: EngineOptions) {
    this.#options = options
    this.#backoffMs = options.restartBackoff.minMs
    this.#status = newStatus(options)
    this.#orders = new Orders({
      running: options.limits.readers,
      waiting: options.queriesWaiting,
      send: order => this.#send(order),
      onHung: () => this.#killHung(),
      counts: this.#status.queries,
    })
  }

  async start(): Promise<void> {
    const child = this.#spawn()
    const answer = await firstAnswer(child)
    if (answer.kind === 'ready') return this.#started(child, answer.emptied)
    child.kill('SIGKILL')
    const code = answer.kind === 'refused' ? answer.code : 'engine_failed'
    const message = answer.kind === 'refused' ? answer.message : `The engine did not start. ${this.#stderr}`
    throw new EngineError(code, message)
  }

  async query(sql: string): Promise<Row[]> {
    this.#refuseWhenDown()
    const timeoutMs = this.#options.limits.queryTimeoutMs + GRACE_MS
    const text = await this.#orders.query(id => ({ kind: 'query', id, sql }), timeoutMs)
    return parseRows(text)
  }

  insert(table: InsertTable, rows: readonly Row[]): Promise<void> {
    return this.insertLines(
      table,
      rows.map(row => JSON.stringify(row)),
    )
  }

  async insertLines(table: InsertTable, lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return
    this.#refuseWhenDown()
    const { inserts } = this.#status
    try {
      const text = lines.join('\n')
      await this.#orders.direct(
        id => ({ kind: 'insert', id, table, lines: text }),
        this.#options.insertTimeoutMs,
      )
      inserts.batches += 1
      inserts.rows += lines.length
    } catch (error) {
      inserts.failed += 1
      throw error
    }
  }

  async sweep(): Promise<Swept> {
    this.#refuseWhenDown()
    return (await this.#orders.direct(id => ({ kind: 'sweep', id }), this.#options.insertTimeoutMs)) as Swept
  }

  ready(): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(closed())
    if (this.#status.state === 'ready') return Promise.resolve()
    return new Promise((resolve, reject) => this.#readyWaiters.push({ resolve, reject }))
  }

  status(): EngineStatus {
    return structuredClone({ ...this.#status, queries: { ...this.#status.queries, ...this.#orders.load() } })
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    clearTimeout(this.#restart)
    this.#status.state = 'closed'
    for (const { reject } of this.#readyWaiters.splice(0)) reject(closed())
    const child = this.#child
    if (child !== undefined) {
      const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
      await this.#orders.settled(CLOSE_TIMEOUT_MS)
      this.#send({ kind: 'close' })
      const late = setTimeout(() => child.kill('SIGKILL'), CLOSE_TIMEOUT_MS)
      await ended
      clearTimeout(late)
    }
    this.#orders.failAll(closed())
  }

  #spawn(): ChildProcess {
    const entry = import.meta.url.endsWith('.ts') ? './engine-process.ts' : './engine-process.js'
    const child = fork(fileURLToPath(new URL(entry, import.meta.url)), [], {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // One thread of libuv for each reader, the writer and the sweep; times of rows are UTC, whatever the machine says.
      env: {
        PATH: process.env.PATH ?? '',
        TZ: 'UTC',
        UV_THREADPOOL_SIZE: String(this.#options.limits.readers + 3),
      },
    })
    child.stderr?.on('data', chunk => {
      this.#stderr = (this.#stderr + String(chunk)).slice(-STDERR_CHARACTERS)
    })
    child.on('error', () => {}) // `exit` follows, or firstAnswer sees it
    child.send({ kind: 'start', folder: this.#options.folder, limits: this.#options.limits } satisfies Order)
    return child
  }

  #started(child: ChildProcess, emptied: boolean): void {
    this.#child = child
    Object.assign(this.#status, { state: 'ready', pid: child.pid ?? null, emptied })
    child.on('message', (answer: Answer) => this.#hear(answer))
    child.once('exit', (code, signal) => this.#died(code, signal))
    for (const { resolve } of this.#readyWaiters.splice(0)) resolve()
  }

  #hear(answer: Answer): void {
    if (answer.kind === 'rows') this.#orders.settle(answer.id, answer.text)
    if (answer.kind === 'done') this.#orders.settle(answer.id, undefined)
    if (answer.kind === 'failed') this.#orders.fail(answer.id, engineError(answer.code, answer.message))
    if (answer.kind === 'sweep_failed') this.#status.lastError = answer.message
    if (answer.kind !== 'swept') return
    const { expired, evicted, diskBytes, rssBytes } = answer.swept
    this.#status.disk.expiredPartitions += expired
    this.#status.disk.evictedPartitions += evicted
    this.#status.disk.bytes = diskBytes
    this.#status.rssBytes = rssBytes
    if (answer.id !== null) this.#orders.settle(answer.id, answer.swept)
  }

  #died(code: number | null, signal: string | null): void {
    this.#child = undefined
    this.#status.pid = null
    if (this.#closing !== undefined) return
    this.#status.state = 'down'
    this.#status.deaths += 1
    this.#status.lastError = `The engine's process ended (${signal ?? code}). ${this.#stderr}`.trim()
    this.#orders.failAll(new EngineError('engine_down', 'The engine is being started again.'))
    this.#restart = setTimeout(() => void this.#startAgain(), this.#backoffMs)
    this.#backoffMs = Math.min(this.#backoffMs * 2, this.#options.restartBackoff.maxMs)
  }

  async #startAgain(): Promise<void> {
    try {
      await this.start()
      this.#status.restarts += 1
      const healthy = () => {
        if (this.#status.state === 'ready') this.#backoffMs = this.#options.restartBackoff.minMs
      }
      setTimeout(healthy, this.#options.restartBackoff.maxMs).unref()
      if (this.#closing !== undefined) this.#child?.kill('SIGKILL')
    } catch (error) {
      if (this.#closing !== undefined) return
      this.#status.lastError = (error as Error).message
      this.#restart = setTimeout(() => void this.#startAgain(), this.#backoffMs)
      this.#backoffMs = Math.min(this.#backoffMs * 2, this.#options.restartBackoff.maxMs)
    }
  }

  #killHung(): void {
    this.#status.hangs += 1
    this.#child?.kill('SIGKILL')
  }

  #send(order: Order): void {
    this.#child?.send(order, () => {}) // a lost channel shows as `exit`
  }

  #refuseWhenDown(): void {
    if (this.#closing !== undefined) throw closed()
    if (this.#status.state !== 'ready')
      throw new EngineError('engine_down', 'The engine is being started again.')
  }
}

/** A process that ends, or says nothing for too long, answers `sweep_failed`, which is no start. */
function firstAnswer(child: ChildProcess): Promise<Answer> {
  return new Promise(resolve => {
    const none: Answer = { kind: 'sweep_failed', message: '' }
    const late = setTimeout(() => resolve(none), START_TIMEOUT_MS)
    const settle = (answer: Answer) => {
      clearTimeout(late)
      resolve(answer)
    }
    child.once('message', (answer: Answer) => settle(answer))
    child.once('exit', () => settle(none))
    child.once('error', () => settle(none))
  })
}

function parseRows(text: string): Row[] {
  return text === '' ? [] : (JSON.parse(`[${text.trimEnd().replaceAll('\n', ',')}]`) as Row[])
}

function closed(): EngineError {
  return new EngineError('engine_closed', 'The engine was closed.')
}
