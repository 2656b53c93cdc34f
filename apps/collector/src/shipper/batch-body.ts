// Writes a batch as JSON in slices, so that decoding a thousand frames never holds up an ack.
import type { MeasurementBatch, ShippedMessage } from '@deye-hard/domain'
import type { DecodeTraces } from '../signals/decode-traces.ts'
import type { Group, StoredEntry } from '../spool/contract.ts'
import type { MessageWriter } from './message-writer.ts'
import type { Rejection } from './reading-account.ts'
import type { Shipment } from './settlement.ts'

/** About 1 ms on one core: 30 µs per message of M80G3, decoded and as JSON. */
const SLICE_MESSAGES = 32

export interface BatchBody {
  json: string
  shipments: Shipment[]
}

/** @param traces null for a batch that was written before: its messages have their spans. */
export async function writeBatchBody(
  head: Pick<MeasurementBatch, 'batch_id' | 'collector_id'>,
  groups: readonly Group[],
  writer: MessageWriter,
  traces: DecodeTraces | null = null,
): Promise<BatchBody> {
  const entries = groups.flatMap(group => group.entries)
  const shipments: Shipment[] = []
  const parts: string[] = []
  for (const [index, entry] of entries.entries()) {
    if (index > 0 && index % SLICE_MESSAGES === 0) await nextEventTurn()
    const { message, rejection } = decode(entry, writer, traces)
    shipments.push({ entry, kind: message.kind, rejection })
    parts.push(JSON.stringify(message))
  }
  const { batch_id, collector_id } = head
  const json = `{"batch_id":${JSON.stringify(batch_id)},"collector_id":${JSON.stringify(collector_id)},"messages":[${parts.join(',')}]}`
  return { json, shipments }
}

function decode(
  entry: StoredEntry,
  writer: MessageWriter,
  traces: DecodeTraces | null,
): { message: ShippedMessage; rejection: Rejection | null } {
  const { decoderFaults } = writer
  const message = traces === null ? writer.write(entry) : traces.around(entry, () => writer.write(entry))
  if (writer.decoderFaults > decoderFaults) return { message, rejection: 'decoder_fault' }
  return { message, rejection: message.kind === 'undecodable' ? message.reason : null }
}

function nextEventTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
