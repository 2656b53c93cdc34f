// One batch from its durable assignment to its durable end: assign, post, settle; or split when the API refuses it whole.
import { randomUUID } from 'node:crypto'
import type { DecodeTraces } from '../signals/decode-traces.ts'
import { recordPost } from '../signals/durations.ts'
import type { AssignedBatch, Group, Spool, StoredEntry } from '../spool/contract.ts'
import type { ApiClient } from './api-client.ts'
import { writeBatchBody } from './batch-body.ts'
import type { Clock } from './clock.ts'
import { NOT_STORED, type ShipError } from './errors.ts'
import type { Lanes } from './lanes.ts'
import type { MessageWriter } from './message-writer.ts'
import type { ReadingAccount } from './reading-account.ts'
import { type Settlement, type Shipment, settle, settleDead } from './settlement.ts'

/** Suspects remembered at once; a process that has more than this has another problem. */
const MAX_SUSPECTS = 1_000

export type Delivery =
  | { kind: 'delivered'; messages: number; settlement: Settlement }
  /** Nothing was lost; `keep` says that the batch id stays assigned and must be sent again as it is. */
  | {
      kind: 'failed'
      error: ShipError
      status?: number
      retryAfterMs?: number
      detail?: string
      keep: boolean
    }

type PostAnswer = Awaited<ReturnType<ApiClient['postBatch']>>

export interface DeliveryParts {
  spool: Spool
  client: ApiClient
  writer: MessageWriter
  lanes: Lanes
  account: ReadingAccount
  decodeTraces: DecodeTraces
  clock: Clock
}

export class BatchDelivery {
  readonly #parts: DeliveryParts
  #deliveries = 0
  /** Batches that went out before: what their messages are was told then. */
  readonly #tried = new Set<string>()
  /** Frames refused as bare bytes, with the count of deliveries at that moment. */
  readonly #suspects = new Map<number, number>()

  /** Batches that the API may have stored without our hearing of it: under another id they would be counted twice. */
  readonly #uncertain: Set<string>

  /** @param fromBefore batches of an earlier run; nobody knows whether they were posted. */
  constructor(parts: DeliveryParts, fromBefore: readonly AssignedBatch[]) {
    this.#parts = parts
    this.#uncertain = new Set(fromBefore.map(({ batchId }) => batchId))
  }

  /** Gives the groups an id on disk, before the API hears of it. Null when the disk does not take it. */
  async assign(groups: readonly Group[]): Promise<AssignedBatch | null> {
    const batch = { batchId: randomUUID(), groupKeys: groups.map(group => group.key) }
    const outcome = await this.#parts.spool.change({ assign: batch })
    if (outcome === 'durable') return batch
    this.#parts.lanes.released(batch.groupKeys)
    return null
  }

  /** Reads the members again from the spool, so that a batch that waits costs no memory. */
  async deliver(batch: AssignedBatch): Promise<Delivery> {
    const { spool, writer, decodeTraces } = this.#parts
    const groups = batch.groupKeys.flatMap(key => spool.readGroup(key) ?? [])
    const head = { batch_id: batch.batchId, collector_id: spool.collectorId }
    const traces = this.#tried.has(batch.batchId) ? null : decodeTraces
    this.#tried.add(batch.batchId)
    const { json, shipments } = await writeBatchBody(head, groups, writer, traces)
    if (shipments.length === 0) return this.#finish(batch, settle(batch.batchId, groups, [], new Map()), 0)
    const answer = await this.#post(batch.batchId, shipments, json)
    if (answer.kind === 'failed') {
      if (!answer.notSent && !NOT_STORED.includes(answer.error)) this.#uncertain.add(batch.batchId)
      return { ...answer, keep: true }
    }
    if (answer.kind === 'refused') return this.#refused(batch, groups, answer)
    this.#deliveries++
    return this.#finish(batch, settle(batch.batchId, groups, shipments, answer.value), shipments.length)
  }

  async #post(batchId: string, shipments: readonly Shipment[], json: string): Promise<PostAnswer> {
    const seqs = shipments.map(({ entry }) => entry.seq)
    const startMs = performance.now()
    const answer = await this.#parts.client.postBatch(batchId, seqs, json)
    const isSent = answer.kind !== 'failed' || !answer.notSent
    if (isSent) recordPost(outcomeOf(answer), performance.now() - startMs, seqs.length)
    return answer
  }

  async #finish(batch: AssignedBatch, settlement: Settlement, messages: number): Promise<Delivery> {
    const { spool, lanes } = this.#parts
    const outcome = await spool.change(settlement.change)
    // The API has the batch: sent again under its id it answers the same.
    if (outcome === 'disk_error') return { kind: 'failed', error: 'spool_disk_error', keep: true }
    this.#forget(batch.batchId)
    this.#parts.account.add(settlement, this.#parts.clock.now())
    lanes.settled(
      batch.groupKeys,
      settlement.putBack.map(entry => entry.seq),
    )
    return { kind: 'delivered', messages, settlement }
  }

  /** Narrows down to the message that the API cannot stand; a batch refused at its first attempt was not stored, so its id may go. */
  async #refused(
    batch: AssignedBatch,
    groups: readonly Group[],
    answer: { status: number; detail: string },
  ): Promise<Delivery> {
    const { status, detail } = answer
    const failed = { kind: 'failed', error: 'batch_refused', status, detail } as const
    if (this.#uncertain.has(batch.batchId)) return { ...failed, keep: true }
    const [only] = groups
    if (groups.length > 1 || only === undefined) return this.#release(batch, failed)
    if (only.entries.length > 1) return this.#putBack(batch, only, only.entries, failed)
    const entry = only.entries[0]!
    if (!entry.bare) return this.#putBack(batch, only, [{ ...entry, bare: true }], failed)
    if (!this.#isCulprit(entry.seq)) {
      this.#parts.lanes.postpone(only.key)
      return this.#release(batch, failed)
    }
    this.#suspects.delete(entry.seq)
    return this.#finish(batch, settleDead(batch.batchId, only, answer.detail), 1)
  }

  /**
   * Only when another batch was taken since its first refusal is it this message that is wrong; otherwise it may be
   * everything (a proxy, a version), and then nothing is given up.
   */
  #isCulprit(seq: number): boolean {
    const since = this.#suspects.get(seq)
    if (since !== undefined) return this.#deliveries > since
    if (this.#suspects.size >= MAX_SUSPECTS) this.#suspects.clear()
    this.#suspects.set(seq, this.#deliveries)
    return false
  }

  async #release(
    batch: AssignedBatch,
    failed: Omit<Extract<Delivery, { kind: 'failed' }>, 'keep'>,
  ): Promise<Delivery> {
    const outcome = await this.#parts.spool.change({ dropBatchId: batch.batchId })
    if (outcome === 'disk_error') return { kind: 'failed', error: 'spool_disk_error', keep: true }
    this.#forget(batch.batchId)
    this.#parts.lanes.released(batch.groupKeys)
    return { ...failed, keep: false }
  }

  /** Damaged frames of the group end here too: `settle` of no shipments counts them and keeps their bytes. */
  async #putBack(
    batch: AssignedBatch,
    group: Group,
    putBack: StoredEntry[],
    failed: Omit<Extract<Delivery, { kind: 'failed' }>, 'keep'>,
  ): Promise<Delivery> {
    const settlement = settle(batch.batchId, [group], [], new Map())
    const outcome = await this.#parts.spool.change({ ...settlement.change, putBack })
    if (outcome === 'disk_error') return { kind: 'failed', error: 'spool_disk_error', keep: true }
    this.#forget(batch.batchId)
    this.#parts.account.add(settlement, this.#parts.clock.now())
    this.#parts.lanes.settled(
      batch.groupKeys,
      putBack.map(entry => entry.seq),
    )
    return { ...failed, keep: false }
  }

  /** Its id means nothing any more. */
  #forget(batchId: string): void {
    this.#uncertain.delete(batchId)
    this.#tried.delete(batchId)
  }
}

function outcomeOf(answer: PostAnswer): 'ok' | ShipError {
  if (answer.kind === 'ok') return 'ok'
  return answer.kind === 'refused' ? 'batch_refused' : answer.error
}
