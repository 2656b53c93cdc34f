// Which frames go next: new ones first, what an outage left behind oldest first, and neither can starve the other.
import type { Group, Spool } from '../spool/contract.ts'
import { readKey } from '../spool/group-format.ts'

export type Lane = 'live' | 'backlog'

/** A frame as JSON: base64, and the reading beside it (measured on M80G3: 1,160 bytes). */
const BASE64_FACTOR = 4 / 3
const READING_JSON_BYTES = 1_500

export interface LaneLimits {
  maxMessages: number
  maxBytes: number
}

export interface Taken {
  lane: Lane
  groups: Group[]
}

/**
 * Two cursors over one sequence: `live` starts where the outage (or the start of the process) ended, `backlog` at the oldest
 * frame. Both only remember positions: a full spool costs no memory.
 */
export class Lanes {
  readonly #spool: Spool
  readonly #assigned = new Set<number>()
  #backlogSeq = 0
  #liveFromSeq: number
  #liveSeq: number
  #postponed = new Set<number>()

  constructor(spool: Spool) {
    this.#spool = spool
    this.#liveFromSeq = spool.nextSeq()
    this.#liveSeq = this.#liveFromSeq
  }

  /** The outage is over: what waits now is backlog, what comes from now on is live. */
  splitHere(): void {
    this.#liveFromSeq = this.#spool.nextSeq()
    this.#liveSeq = this.#liveFromSeq
  }

  /** Frames that came since the live cursor; an upper bound. */
  liveWaiting(): number {
    return this.#spool.nextSeq() - this.#liveSeq
  }

  /** Takes the groups of the next batch from a lane, null when it is empty. They stay taken until `settled` or `released`. */
  take(lane: Lane, limits: LaneLimits): Taken | null {
    const live = lane === 'live'
    const groups = this.#spool.readGroups({
      ...limits,
      sizeOf: (valueBytes, frames) => valueBytes * BASE64_FACTOR + frames * READING_JSON_BYTES,
      fromSeq: live ? this.#liveSeq : this.#backlogSeq,
      beforeSeq: live ? Number.MAX_SAFE_INTEGER / 1_024 : this.#liveFromSeq,
      skip: key => this.#assigned.has(key) || this.#postponed.has(key),
    })
    const last = groups.at(-1)
    if (last === undefined) {
      this.#moveToEnd(lane)
      return null
    }
    for (const group of groups) this.#assigned.add(group.key)
    const { firstSeq, count } = readKey(last.key)
    if (live) this.#liveSeq = firstSeq + count
    else this.#backlogSeq = firstSeq + count
    return { lane, groups }
  }

  /** Batches of an earlier run: theirs are not to be taken again. */
  reserve(groupKeys: readonly number[]): void {
    for (const key of groupKeys) this.#assigned.add(key)
  }

  /** The groups left the spool; frames that were put back start at `putBackSeqs`. */
  settled(groupKeys: readonly number[], putBackSeqs: readonly number[]): void {
    for (const key of groupKeys) this.#assigned.delete(key)
    for (const seq of putBackSeqs) this.#rewindTo(seq)
  }

  released(groupKeys: readonly number[]): void {
    for (const key of groupKeys) {
      this.#assigned.delete(key)
      this.#rewindTo(readKey(key).firstSeq)
    }
  }

  /** Skips a group until all others had their turn. */
  postpone(groupKey: number): void {
    this.#postponed.add(groupKey)
  }

  /** True when something was postponed and may be taken now. */
  recallPostponed(): boolean {
    if (this.#postponed.size === 0) return false
    for (const key of this.#postponed) this.#rewindTo(readKey(key).firstSeq)
    this.#postponed = new Set()
    return true
  }

  #rewindTo(seq: number): void {
    if (seq >= this.#liveFromSeq) this.#liveSeq = Math.min(this.#liveSeq, seq)
    else this.#backlogSeq = Math.min(this.#backlogSeq, seq)
  }

  /** Nothing lies there any more: the next look starts at the end instead of at the beginning. */
  #moveToEnd(lane: Lane): void {
    if (lane === 'live') this.#liveSeq = Math.max(this.#liveSeq, this.#spool.nextSeq())
    else this.#backlogSeq = this.#liveFromSeq
  }
}
