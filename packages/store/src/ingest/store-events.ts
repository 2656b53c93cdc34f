// Stores what loggers say about themselves beside the readings.
import type { Client } from '../database.ts'
import { arrayLiteral } from './array-literal.ts'
import type { PlannedEvent } from './plan.ts'

export async function storeEvents(client: Client, events: readonly PlannedEvent[]): Promise<void> {
  if (events.length === 0) return
  await client.query('ingest.insert_events', {
    prepared: true,
    text: `INSERT INTO logger_event (logger_serial, received_at, acquired_at, event_type, data)
           SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::text[], $5::jsonb[])`,
    values: [
      arrayLiteral(events, ({ loggerSerial }) => loggerSerial),
      arrayLiteral(events, ({ receivedAt }) => receivedAt),
      arrayLiteral(events, ({ event }) => event.acquired_at),
      arrayLiteral(events, ({ event }) => event.event_type),
      events.map(({ event }) => JSON.stringify(event.data)),
    ],
  })
}
