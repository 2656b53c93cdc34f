// Takes a batch of measurements from the collector: one transaction, one outcome for each message.
import type { IngestOutcome, ShippedMessage } from '@deye-hard/domain'
import { instruments } from '@deye-hard/telemetry'
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../errors.ts'
import type { App } from '../../parts.ts'
import { type Sorted, sortMessages } from './check.ts'
import { BatchAnswer, BatchBody } from './schema.ts'

const batchSize = instruments.histogram('solar.measurements.batch.size')

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
      request.measurementCount = messages.length
      request.handlerSpan?.set({ 'batch.id': batch_id, 'batch.size': messages.length })
      const sorted = sortMessages(messages)
      const kept = sorted.flatMap(entry => (entry.kind === 'kept' ? [entry.message] : []))
      // Without a message to keep there is nothing to remember either: the same answer comes out next time.
      const stored =
        kept.length === 0
          ? []
          : await app.store.ingest.ingest({ batch_id, collector_id, messages: kept }, app.clock())
      if (!isAnswerFor(kept, stored)) {
        batchSize.record(messages.length, { outcome: 'refused' })
        throw new Refusal('batch_changed')
      }
      const outcomes = inOrder(sorted, stored)
      const counts = countOutcomes(outcomes)
      count(app, request, counts)
      return { batch_id, ...counts, outcomes }
    },
  )
}

/** For a batch id that it knows the store gives its first answer; for other messages under the same id that would be a lie. */
function isAnswerFor(kept: readonly ShippedMessage[], stored: readonly IngestOutcome[]): boolean {
  return kept.length === stored.length && kept.every(({ seq }, index) => stored[index]!.seq === seq)
}

function count(app: App, request: FastifyRequest, counts: ReturnType<typeof countOutcomes>): void {
  const { stored, duplicates, quarantined, rejected } = counts
  batchSize.record(stored + duplicates + quarantined + rejected, { outcome: 'taken' })
  app.counters.add('messages', 'stored', stored)
  app.counters.add('messages', 'duplicate', duplicates)
  app.counters.add('messages', 'quarantined', quarantined)
  app.counters.add('messages', 'rejected', rejected)
  request.handlerSpan?.set({
    'batch.stored': stored,
    'batch.duplicates': duplicates,
    'batch.quarantined': quarantined,
    'batch.rejected': rejected,
  })
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
