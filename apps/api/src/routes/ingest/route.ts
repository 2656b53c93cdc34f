// Takes a batch of measurements from the collector: one transaction, one outcome for each message.
import type { IngestOutcome, ShippedMessage } from '@deye-hard/domain'
import { Refusal } from '../../errors.ts'
import type { App } from '../../parts.ts'
import { type Sorted, sortMessages } from './check.ts'
import { BatchAnswer, BatchBody } from './schema.ts'

export async function ingestRoutes(app: App): Promise<void> {
  app.post(
    '/api/measurements',
    {
      config: { access: 'service:measurements:write' },
      bodyLimit: app.settings.measurementsBodyLimit,
      schema: {
        summary: 'Store a batch of messages',
        description: 'One bad message never sinks its batch. Sending a batch again changes nothing.',
        tags: ['service'],
        body: BatchBody,
        response: { 200: BatchAnswer },
      },
    },
    async request => {
      const { batch_id, collector_id, messages } = request.body
      const sorted = sortMessages(messages)
      const kept = sorted.flatMap(entry => (entry.kind === 'kept' ? [entry.message] : []))
      // Without a message to keep there is nothing to remember either: the same answer comes out next time.
      const stored =
        kept.length === 0
          ? []
          : await app.store.ingest.ingest({ batch_id, collector_id, messages: kept }, app.clock())
      refuseChanged(kept, stored)
      const outcomes = inOrder(sorted, stored)
      const counts = countOutcomes(outcomes)
      app.counters.add('batches', 'taken')
      for (const [outcome, amount] of Object.entries(counts)) app.counters.add('messages', outcome, amount)
      return { batch_id, ...counts, outcomes }
    },
  )
}

/** For a batch id that it knows the store gives its first answer; for other messages under the same id that would be a lie. */
function refuseChanged(kept: readonly ShippedMessage[], stored: readonly IngestOutcome[]): void {
  const isSame = kept.length === stored.length && kept.every(({ seq }, index) => stored[index]!.seq === seq)
  if (!isSame) throw new Refusal('batch_changed')
}

/** The store answers for the messages that it got, in their order. */
function inOrder(sorted: readonly Sorted[], stored: readonly IngestOutcome[]): IngestOutcome[] {
  let next = 0
  return sorted.map(entry => (entry.kind === 'rejected' ? entry.outcome : stored[next++]!))
}

function countOutcomes(outcomes: readonly IngestOutcome[]) {
  const counts = { stored: 0, duplicates: 0, quarantined: 0, rejected: 0 }
  for (const { outcome } of outcomes) counts[outcome === 'duplicate' ? 'duplicates' : outcome] += 1
  return counts
}
