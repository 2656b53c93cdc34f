// The spool: frames on disk between the ack and the database. Acked means that a commit of this file has ended.
import { randomUUID } from 'node:crypto'
import type {
  AppendDone,
  AssignedBatch,
  CommitOutcome,
  CommitReport,
  Group,
  GroupRange,
  Spool,
  SpoolChange,
  SpoolEntry,
  SpoolStatus,
} from './contract.ts'
import { type Counters, ledgerOf, noCounters, readCounters } from './counters.ts'
import { DiskGuard, hasRoomToOpen } from './disk-guard.ts'
import { type Environment, makeFolder, openEnvironment } from './environment.ts'
import { SpoolError } from './errors.ts'
import { type FolderLock, lockFolder } from './folder-lock.ts'
import { COUNTERS_KEY, GroupCommit } from './group-commit.ts'
import { costBytes, lowestKey, readGroup, readKey, recordBytes } from './group-format.ts'

export type * from './contract.ts'
export { SPOOL_ERROR_CODES, SpoolError, type SpoolErrorCode } from './errors.ts'

const FORMAT_VERSION = '1'
const VERSION_KEY = 'format_version'
const COLLECTOR_ID_KEY = 'collector_id'
const NOTE_PREFIX = 'note:'
const DEFAULT_DEAD_MAX_ENTRIES = 1_000
const DEFAULT_RETRY_MS = 1_000

export interface SpoolOptions {
  folder: string
  /** Frames with the overhead of their storage; at it, `append` answers `spool_full`. */
  maxBytes: number
  /** How long after a failed write the disk is tried again. */
  retryIntervalMs?: number
  /** Frames that neither the API nor the decoder takes; the oldest leave first. */
  deadMaxEntries?: number
  now?: () => number
  /** A commit failed; nothing of it was acknowledged. */
  onDiskError?: (cause: unknown) => void
  onCommit?: (report: CommitReport) => void
}

/** Opens or makes the spool in a folder. Throws SpoolError (spool_folder_unusable, spool_locked, spool_damaged, …). */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { folder } = options
  makeFolder(folder)
  if (!hasRoomToOpen(folder)) throw new SpoolError('spool_no_space', folder)
  const lock = await takeLock(folder)
  try {
    const environment = openEnvironment(folder, options.maxBytes)
    await initialize(folder, environment)
    return new LmdbSpool(
      options,
      environment,
      lock,
      new DiskGuard(folder, options.retryIntervalMs ?? DEFAULT_RETRY_MS),
    )
  } catch (error) {
    await lock.release()
    throw error
  }
}

class LmdbSpool implements Spool {
  readonly collectorId: string
  readonly #maxBytes: number
  readonly #now: () => number
  readonly #environment: Environment
  readonly #lock: FolderLock
  readonly #disk: DiskGuard
  readonly #commit: GroupCommit
  readonly #listeners = new Set<() => void>()
  readonly #refused = { spool_full: 0, disk_error: 0 }
  /** What the last refused frame would have needed; 0 while nothing was refused since there was room. */
  #lackedBytes = 0
  #closed = false

  constructor(options: SpoolOptions, environment: Environment, lock: FolderLock, disk: DiskGuard) {
    this.collectorId = environment.meta.get(COLLECTOR_ID_KEY)!
    this.#maxBytes = options.maxBytes
    this.#now = options.now ?? Date.now
    this.#environment = environment
    this.#lock = lock
    this.#disk = disk
    this.#commit = new GroupCommit({
      environment,
      counters: storedCounters(environment)!,
      deadMaxEntries: options.deadMaxEntries ?? DEFAULT_DEAD_MAX_ENTRIES,
      onDurable: () => {
        this.#disk.tookFrames()
        for (const listener of this.#listeners) listener()
      },
      onFailure: cause => {
        this.#disk.failed(this.#now())
        // A commit may fail after it reached the disk: what counts is what lies there.
        environment.root.resetReadTxn()
        this.#commit.counters = storedCounters(environment) ?? this.#commit.counters
        options.onDiskError?.(cause)
      },
      onCommit: report => options.onCommit?.(report),
    })
  }

  append(entry: SpoolEntry, done: AppendDone): void {
    const refusal = this.#refusal(entry)
    if (refusal === null) {
      this.#commit.append(entry, done)
      return
    }
    this.#refused[refusal]++
    done(refusal)
  }

  pendingBytes(): number {
    return this.#commit.volatileBytes
  }

  unknownWaiting(): number {
    return this.#commit.counters.unknown_waiting
  }

  status(): SpoolStatus {
    // Without traffic, looking is what notices that there is room again.
    if (!this.#closed) this.#disk.refuses(this.#now())
    const { counters, commits, failures } = this.#commit
    return {
      collector_id: this.collectorId,
      messages: counters.waiting + counters.events_waiting,
      bytes: counters.bytes,
      max_bytes: this.#maxBytes,
      oldest_age_s: this.#oldestAgeS(),
      full: this.#lackedBytes > 0 && !this.#hasRoom(this.#lackedBytes),
      disk_error: this.#disk.error,
      ...ledgerOf(counters),
      damaged: counters.damaged,
      dead: counters.dead,
      refused: { ...this.#refused },
      commits,
      commits_failed: failures,
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#commit.idle()
    await this.#environment.root.close()
    await this.#lock.release()
  }

  nextSeq(): number {
    return this.#commit.counters.next_seq
  }

  readGroups(range: GroupRange): Group[] {
    const groups: Group[] = []
    let messages = 0
    let bytes = 0
    for (const key of this.#keys(range)) {
      const { count } = readKey(key)
      const value = this.#environment.groups.get(key)
      if (value === undefined) continue
      messages += count
      bytes += range.sizeOf(value.length, count)
      if (groups.length > 0 && (messages > range.maxMessages || bytes > range.maxBytes)) break
      groups.push(readGroup(key, value))
    }
    return groups
  }

  readGroup(key: number): Group | undefined {
    const value = this.#environment.groups.get(key)
    return value && readGroup(key, value)
  }

  assignedBatches(): AssignedBatch[] {
    const batches: AssignedBatch[] = []
    for (const { key, value } of this.#environment.batches.getRange({}))
      batches.push({ batchId: key, groupKeys: JSON.parse(value) as number[] })
    return batches
  }

  change(change: SpoolChange): Promise<CommitOutcome> {
    return this.#closed ? Promise.resolve('disk_error') : this.#commit.change(change)
  }

  readNote(name: string): string | undefined {
    return this.#environment.meta.get(NOTE_PREFIX + name)
  }

  writeNote(name: string, text: string): Promise<CommitOutcome> {
    return this.#closed ? Promise.resolve('disk_error') : this.#commit.note(NOTE_PREFIX + name, text)
  }

  onDurable(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #refusal(entry: SpoolEntry): 'spool_full' | 'disk_error' | null {
    if (this.#closed || this.#disk.refuses(this.#now())) return 'disk_error'
    const needed = costBytes(recordBytes(entry.bytes.length))
    if (this.#hasRoom(needed)) return null
    this.#lackedBytes = needed
    return 'spool_full'
  }

  #hasRoom(neededBytes: number): boolean {
    const { counters, volatileBytes } = this.#commit
    return counters.bytes + volatileBytes + neededBytes <= this.#maxBytes
  }

  *#keys(range: GroupRange): Generator<number> {
    const { fromSeq, beforeSeq, skip } = range
    if (fromSeq >= beforeSeq) return
    const keys = this.#environment.groups.getKeys({ start: lowestKey(fromSeq), end: lowestKey(beforeSeq) })
    for (const key of keys) if (!skip(key)) yield key
  }

  #oldestAgeS(): number {
    if (this.#closed) return 0
    for (const key of this.#environment.groups.getKeys({ limit: 1 })) {
      const oldest = this.readGroup(key)?.entries[0]
      if (oldest) return Math.max(0, (this.#now() - oldest.receivedAtMs) / 1_000)
    }
    return 0
  }
}

async function takeLock(folder: string): Promise<FolderLock> {
  try {
    return await lockFolder(folder)
  } catch (cause) {
    if (cause instanceof SpoolError) throw cause
    const noSpace = (cause as NodeJS.ErrnoException).code === 'ENOSPC'
    throw new SpoolError(noSpace ? 'spool_no_space' : 'spool_folder_unusable', folder, { cause })
  }
}

/** Writes identity and counters once; refuses a spool that has frames but no counters. */
async function initialize(folder: string, environment: Environment): Promise<void> {
  const { root, meta, groups } = environment
  const version = meta.get(VERSION_KEY)
  if (version !== undefined && version !== FORMAT_VERSION)
    throw new SpoolError('spool_version_unknown', folder)
  if (version !== undefined) {
    if (!meta.get(COLLECTOR_ID_KEY) || !storedCounters(environment))
      throw new SpoolError('spool_damaged', folder)
    return
  }
  if (groups.getKeysCount({ limit: 1 }) > 0) throw new SpoolError('spool_damaged', folder)
  try {
    await root.batch(() => {
      meta.put(VERSION_KEY, FORMAT_VERSION)
      meta.put(COLLECTOR_ID_KEY, randomUUID())
      meta.put(COUNTERS_KEY, JSON.stringify(noCounters()))
    })
  } catch (cause) {
    ;(cause as { commitError?: Promise<unknown> }).commitError?.catch(() => {})
    throw new SpoolError('spool_no_space', folder, { cause })
  }
}

function storedCounters(environment: Environment): Counters | null {
  const text = environment.meta.get(COUNTERS_KEY)
  return text === undefined ? null : readCounters(text)
}
