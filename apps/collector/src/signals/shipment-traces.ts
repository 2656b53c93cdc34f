// The span of a batch on its way to the API. It goes on with the trace of the first traced message in it, so that with few
// loggers one trace shows everything from the bytes to the row; other traced messages are linked.
import { recordSpan, type TraceRef, withSpan } from '@deye-hard/telemetry'
import type { Delivery } from '../shipper/batch-delivery.ts'
import type { Lane } from '../shipper/lanes.ts'
import type { AssignedBatch } from '../spool/contract.ts'
import { readKey } from '../spool/group-format.ts'
import type { Tracing } from './tracing.ts'

/** Below the 128 that the SDK keeps of a span. */
const LINKS_MAX = 100

export class ShipmentTraces {
  readonly #tracing: Tracing

  constructor(tracing: Tracing) {
    this.#tracing = tracing
  }

  /** Runs `ship` inside the span, if there is one: then the request of the API becomes its child. */
  async around(
    batch: AssignedBatch,
    lane: Lane | 'resend',
    ship: () => Promise<Delivery>,
  ): Promise<Delivery> {
    const [first = null, ...others] = this.#tracedIn(batch)
    const attributes = {
      'batch.id': batch.batchId,
      'batch.size': batch.groupKeys.reduce((sum, key) => sum + readKey(key).count, 0),
      'batch.lane': lane,
    }
    const { budget } = this.#tracing
    if (first === null && !budget.takesShipment()) return this.#untraced(attributes, ship)
    const links = others.slice(0, LINKS_MAX)
    return withSpan('shipment', { parent: first, links, attributes }, async span => {
      const delivery = await ship()
      if (delivery.kind === 'failed') span.fail(delivery.error)
      else {
        span.set(outcomesOf(delivery))
        this.#forget(batch, delivery)
      }
      return delivery
    })
  }

  /** What fails is told all the same. */
  async #untraced(attributes: BatchAttributes, ship: () => Promise<Delivery>): Promise<Delivery> {
    const startMs = Date.now()
    const delivery = await ship()
    if (delivery.kind === 'failed' && this.#tracing.budget.takesError())
      recordSpan('shipment', { parent: null, startMs, errorType: delivery.error, attributes })
    return delivery
  }

  #tracedIn({ groupKeys }: AssignedBatch): TraceRef[] {
    const { messages } = this.#tracing
    return groupKeys.flatMap(key => {
      const { firstSeq, count } = readKey(key)
      return messages.findRange(firstSeq, count)
    })
  }

  /** What was put back will be sent once more, and its trace goes on. */
  #forget({ groupKeys }: AssignedBatch, { settlement }: Delivered): void {
    const { messages } = this.#tracing
    if (messages.size === 0) return
    const stays = new Set(settlement.putBack.map(({ seq }) => seq))
    for (const key of groupKeys) {
      const { firstSeq, count } = readKey(key)
      for (let seq = firstSeq; seq < firstSeq + count; seq += 1) if (!stays.has(seq)) messages.remove(seq)
    }
  }
}

type Delivered = Extract<Delivery, { kind: 'delivered' }>

interface BatchAttributes {
  'batch.id': string
  'batch.size': number
  'batch.lane': string
}

function outcomesOf({ settlement: { ends, putBack, damagedMessages } }: Delivered) {
  const count = (outcome: string) => ends.filter(end => end.outcome === outcome).length
  return {
    'batch.stored': count('stored'),
    'batch.duplicates': count('duplicate'),
    'batch.quarantined': count('quarantined') + damagedMessages,
    'batch.rejected': putBack.length,
  }
}
