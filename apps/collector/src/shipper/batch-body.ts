// Writes a batch as JSON in slices, so that decoding a thousand frames never holds up an ack.
import type { MeasurementBatch } from '@deye-hard/domain'
import type { Group } from '../spool/contract.ts'
import type { MessageWriter } from './message-writer.ts'
import type { Shipment } from './settlement.ts'

/** About 1 ms on one core: 30 µs per message of M80G3, decoded and as JSON. */
const SLICE_MESSAGES = 32

export interface BatchBody {
  json: string
  shipments: Shipment[]
}

export async function writeBatchBody(
  head: Pick<MeasurementBatch, 'batch_id' | 'collector_id'>,
  groups: readonly Group[],
  writer: MessageWriter,
): Promise<BatchBody> {
  const entries = groups.flatMap(group => group.entries)
  const shipments: Shipment[] = []
  const parts: string[] = []
  for (const [index, entry] of entries.entries()) {
    if (index > 0 && index % SLICE_MESSAGES === 0) await nextEventTurn()
    const message = writer.write(entry)
    shipments.push({ entry, kind: message.kind })
    parts.push(JSON.stringify(message))
  }
  const { batch_id, collector_id } = head
  const json = `{"batch_id":${JSON.stringify(batch_id)},"collector_id":${JSON.stringify(collector_id)},"messages":[${parts.join(',')}]}`
  return { json, shipments }
}

function nextEventTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
