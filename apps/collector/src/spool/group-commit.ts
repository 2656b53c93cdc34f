// Turns many appends into one transaction: what comes while a commit runs leaves with the next one.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { AppendDone, CommitOutcome, CommitReport, SpoolChange, SpoolEntry } from './contract.ts'
import { addCounts, type Counters, writeCounters } from './counters.ts'
import type { Environment } from './environment.ts'
import { costBytes, GroupBuilder, groupKey, readKey, singleGroup } from './group-format.ts'

export const COUNTERS_KEY = 'counters'

type CommitDone = (outcome: CommitOutcome) => void
type Write = () => void

export interface GroupCommitOptions {
  environment: Environment
  counters: Counters
  deadMaxEntries: number
  /** A commit failed; the counters were read back from disk. */
  onFailure(cause: unknown): void
  /** A commit made frames durable. */
  onDurable(): void
  onCommit(report: CommitReport): void
}

/** A group that still takes frames, with those who wait for it in the order of its frames. */
interface OpenGroup {
  builder: GroupBuilder
  waiting: AppendDone[]
  /** Known when it is written. */
  firstSeq: number
}

interface Pending {
  groups: OpenGroup[]
  changes: SpoolChange[]
  notes: [name: string, text: string][]
  commits: CommitDone[]
}

export class GroupCommit {
  /** As they are on disk. */
  counters: Counters
  /** Cost of frames that are in memory only. */
  volatileBytes = 0
  commits = 0
  failures = 0
  readonly #options: GroupCommitOptions
  #pending = nothing()
  #lastGroup: Record<SpoolEntry['messageClass'], OpenGroup | undefined> = {
    message: undefined,
    event: undefined,
  }
  #running: Promise<void> | undefined
  /** Commits serve all who wait: they must not run, and call back, inside the trace of the one who happened to come first. */
  readonly #outsideOfTraces = AsyncLocalStorage.snapshot()

  constructor(options: GroupCommitOptions) {
    this.#options = options
    this.counters = options.counters
  }

  append(entry: SpoolEntry, done: AppendDone): void {
    const last = this.#lastGroup[entry.messageClass]
    const group = last?.builder.takes(entry.bytes.length) ? last : this.#openGroup(entry.messageClass)
    const before = group.builder.bytes
    group.builder.add(entry)
    this.volatileBytes += group.builder.bytes - before
    group.waiting.push(done)
    this.#start()
  }

  change(change: SpoolChange): Promise<CommitOutcome> {
    return new Promise(resolve => {
      this.#pending.changes.push(change)
      this.#pending.commits.push(resolve)
      this.#start()
    })
  }

  note(name: string, text: string): Promise<CommitOutcome> {
    return new Promise(resolve => {
      this.#pending.notes.push([name, text])
      this.#pending.commits.push(resolve)
      this.#start()
    })
  }

  /** Resolves when nothing is pending any more. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running
  }

  #openGroup(messageClass: SpoolEntry['messageClass']): OpenGroup {
    const group = { builder: new GroupBuilder(messageClass), waiting: [], firstSeq: 0 }
    this.#lastGroup[messageClass] = group
    this.#pending.groups.push(group)
    return group
  }

  #start(): void {
    this.#running ??= this.#outsideOfTraces(() => this.#run()).finally(() => {
      this.#running = undefined
      if (!isEmpty(this.#pending)) this.#start()
    })
  }

  /**
   * The first commit waits for the end of the event turn, so that all frames of one turn share it. Each next one starts
   * before the callbacks of the last are run: their acks are written while the disk works, not before it starts.
   */
  async #run(): Promise<void> {
    await new Promise(resolve => setImmediate(resolve))
    let pending = this.#takePending()
    let committing = this.#commit(pending)
    for (;;) {
      const outcome = await committing
      const settled = pending
      const goesOn = !isEmpty(this.#pending)
      if (goesOn) {
        pending = this.#takePending()
        committing = this.#commit(pending)
      }
      settle(settled, outcome)
      if (outcome === 'durable' && settled.groups.length > 0) this.#options.onDurable()
      if (!goesOn) return
    }
  }

  #takePending(): Pending {
    const pending = this.#pending
    this.#pending = nothing()
    this.#lastGroup = { message: undefined, event: undefined }
    return pending
  }

  async #commit(pending: Pending): Promise<CommitOutcome> {
    const { environment } = this.#options
    const next = { ...this.counters }
    const writes = [
      ...pending.groups.map(group => this.#groupWrite(next, group)),
      ...pending.changes.flatMap(change => this.#changeWrites(next, change)),
      ...pending.notes.map(
        ([name, text]) =>
          () =>
            void environment.meta.put(name, text),
      ),
    ]
    const countersText = writeCounters(next)
    const bytes = pending.groups.reduce((sum, { builder }) => sum + builder.bytes, 0)
    const frames = pending.groups.reduce((sum, { builder }) => sum + builder.count, 0)
    const startMs = performance.now()
    const report = (outcome: CommitOutcome) =>
      this.#options.onCommit({ outcome, durationMs: performance.now() - startMs, frames })
    try {
      await environment.root.batch(() => {
        for (const write of writes) write()
        environment.meta.put(COUNTERS_KEY, countersText)
      })
      this.counters = next
      this.commits++
      report('durable')
      return 'durable'
    } catch (error) {
      this.failures++
      report('disk_error')
      this.#options.onFailure(await causeOf(error))
      return 'disk_error'
    } finally {
      this.volatileBytes -= bytes
    }
  }

  #groupWrite(next: Counters, group: OpenGroup): Write {
    const { messageClass, count, unknownCount } = group.builder
    const key = groupKey(next.next_seq, messageClass, count)
    const value = group.builder.value()
    group.firstSeq = next.next_seq
    next.next_seq += count
    if (messageClass === 'event') next.events_received += count
    else next.received += count
    addWaiting(next, key, costBytes(value.length), 1)
    next.unknown_waiting += unknownCount
    return () => void this.#options.environment.groups.put(key, value)
  }

  #changeWrites(next: Counters, change: SpoolChange): Write[] {
    const { groups, batches } = this.#options.environment
    const writes: Write[] = []
    const { assign, dropBatchId } = change
    if (dropBatchId !== undefined) writes.push(() => void batches.remove(dropBatchId))
    if (assign) writes.push(() => void batches.put(assign.batchId, JSON.stringify(assign.groupKeys)))
    for (const group of change.removeGroups ?? []) {
      addWaiting(next, group.key, group.costBytes, -1)
      next.unknown_waiting -= group.entries.filter(entry => entry.unknownLogger).length
      writes.push(() => void groups.remove(group.key))
    }
    for (const entry of change.putBack ?? []) {
      const { key, value } = singleGroup(entry)
      addWaiting(next, key, costBytes(value.length), 1)
      if (entry.unknownLogger) next.unknown_waiting++
      writes.push(() => void groups.put(key, value))
    }
    addCounts(next, change.counts ?? {})
    for (const entry of change.dead ?? [])
      writes.push(...this.#deadWrites(next, entry.reason, entry.detail, entry.value))
    return writes
  }

  /** The table is a ring: the oldest leaves when it is full. */
  #deadWrites(next: Counters, reason: string, detail: string, value: Buffer): Write[] {
    const { dead } = this.#options.environment
    const key = next.dead_next++
    const text = JSON.stringify({ reason, detail, value: value.toString('base64') })
    const writes = [() => void dead.put(key, Buffer.from(text))]
    const surplusKey = key - this.#options.deadMaxEntries
    if (surplusKey > 0) writes.push(() => void dead.remove(surplusKey))
    else next.dead++
    return writes
  }
}

function nothing(): Pending {
  return { groups: [], changes: [], notes: [], commits: [] }
}

function isEmpty(pending: Pending): boolean {
  return pending.groups.length === 0 && pending.commits.length === 0
}

function addWaiting(next: Counters, key: number, cost: number, sign: 1 | -1): void {
  const { messageClass, count } = readKey(key)
  next[messageClass === 'event' ? 'events_waiting' : 'waiting'] += sign * count
  next.bytes += sign * cost
}

function settle(pending: Pending, outcome: CommitOutcome): void {
  for (const { waiting, firstSeq } of pending.groups) {
    for (const [index, done] of waiting.entries())
      answer(done, outcome, outcome === 'durable' ? firstSeq + index : undefined)
  }
  for (const done of pending.commits) answer(done, outcome)
}

/** One callback that throws must not keep the others from hearing their outcome. */
function answer(
  done: (outcome: CommitOutcome, seq?: number) => void,
  outcome: CommitOutcome,
  seq?: number,
): void {
  try {
    done(outcome, seq)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}

/** lmdb rejects with a text that points to a second promise; unheard, that one would end the process. */
async function causeOf(error: unknown): Promise<unknown> {
  const { commitError } = error as { commitError?: Promise<unknown> }
  if (!commitError) return error
  return commitError.then(
    () => error,
    cause => cause,
  )
}
