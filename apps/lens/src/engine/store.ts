// The ClickHouse engine of npm chdb on one folder: a session that writes, and some that read side by side under limits.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { drainPending, Session } from 'chdb'
import { writeConfiguration } from './configuration.ts'
import type { EngineLimits, Swept } from './messages.ts'
import { dropStatement, PARTITIONS_STATEMENT, type Partition, planSweep } from './sweep.ts'
import { CREATE_STATEMENTS, INSERT_TABLES, TABLES_VERSION } from './tables.ts'

const VERSION_NAME = 'tables-version'
/**
 * Late telemetry may lie in any hour of the history; half of a surrogate pair is no reason to lose a batch; and batches are small enough
 * for one thread, whose parser needs a third of the memory.
 */
const WRITER_SETTINGS = `SET max_partitions_per_insert_block = 0, input_format_json_throw_on_bad_escape_sequence = 0,
  input_format_parallel_parsing = 0, max_threads = 1`

/** A session runs one statement at a time; several on the same folder run beside each other. */
export class Store {
  readonly #writer: Session
  readonly #idle: Session[]
  readonly #waiting: ((session: Session) => void)[] = []
  readonly #readers: readonly Session[]
  readonly #limits: EngineLimits
  /** True when the folder held tables of another version, which are gone. */
  readonly emptied: boolean

  /** Throws ChdbError when the engine cannot open the folder. */
  constructor(folder: string, limits: EngineLimits) {
    this.#limits = limits
    this.emptied = emptyOldTables(folder)
    const connectionArgs = writeConfiguration(folder, limits)
    const path = join(folder, 'tables')
    mkdirSync(path, { recursive: true })
    this.#writer = new Session(path, { connectionArgs })
    this.#writer.query(WRITER_SETTINGS)
    for (const statement of CREATE_STATEMENTS) this.#writer.query(statement)
    writeFileSync(join(folder, VERSION_NAME), TABLES_VERSION)
    this.#readers = Array.from({ length: limits.readers }, () => openReader(path, connectionArgs, limits))
    this.#idle = [...this.#readers]
  }

  async query(sql: string): Promise<string> {
    const session = this.#idle.pop() ?? (await new Promise<Session>(resolve => this.#waiting.push(resolve)))
    try {
      return (await session.queryAsync(sql, { format: 'JSONEachRow' })).text()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#idle.push(session)
      else next(session)
    }
  }

  /** `lines` in JSONEachRow. Resolves when the rows are in a part on disk, though not yet forced onto it. */
  async insert(table: string, lines: string): Promise<void> {
    if (!INSERT_TABLES.includes(table as never)) throw new TypeError(`no table for rows: ${table}`)
    const values = Buffer.from(lines)
    // The same lines are the same batch, sent again after a lost answer. Without a token, columns with the time of the insert would tell them apart.
    const token = createHash('sha1').update(values).digest('hex')
    await this.#writer.insert({
      table,
      format: 'JSONEachRow',
      values,
      settings: { insert_deduplication_token: token },
    })
  }

  async sweep(nowMs: number): Promise<Swept> {
    const rows = (await this.#writer.queryAsync(PARTITIONS_STATEMENT, { format: 'JSONEachRow' })).text()
    const partitions = parseRows<{ table: string; hour: number | string; bytes: number | string }>(rows).map(
      ({ table, hour, bytes }): Partition => ({ table, hour: Number(hour), bytes: Number(bytes) }),
    )
    const plan = planSweep(partitions, this.#limits, nowMs)
    for (const partition of [...plan.expired, ...plan.evicted])
      await this.#writer.queryAsync(dropStatement(partition))
    return {
      expired: plan.expired.length,
      evicted: plan.evicted.length,
      diskBytes: plan.bytes,
      rssBytes: process.memoryUsage.rss(),
    }
  }

  /** Waits for what runs; every statement has its limit. */
  async close(): Promise<void> {
    await drainPending()
    for (const session of this.#readers) session.close()
    this.#writer.close()
    await drainPending()
  }
}

/** readonly = 2: nothing can be written, and settings may be set for one statement, as SigNoz's statements do. */
function openReader(path: string, connectionArgs: string[], limits: EngineLimits): Session {
  const session = new Session(path, { connectionArgs })
  session.query(`SET readonly = 2, max_execution_time = ${limits.queryTimeoutMs / 1_000}, max_memory_usage = ${limits.queryMemoryBytes},
    max_result_rows = ${limits.queryRows}, result_overflow_mode = 'throw', output_format_json_quote_64bit_integers = 1,
    output_format_json_escape_forward_slashes = 0`)
  return session
}

function emptyOldTables(folder: string): boolean {
  const version = join(folder, VERSION_NAME)
  if (!existsSync(version) || readFileSync(version, 'utf8') === TABLES_VERSION) return false
  rmSync(join(folder, 'tables'), { recursive: true, force: true })
  return true
}

function parseRows<T>(text: string): T[] {
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as T)
}
