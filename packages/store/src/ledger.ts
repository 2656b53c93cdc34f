// The ledger: what became of every message that a collector posted.
import type { LedgerRepository } from './contract.ts'
import type { Client, Database } from './database.ts'

export interface LedgerChange {
  stored: number
  duplicates: number
  quarantined: number
  events: number
}

interface LedgerTableRow extends LedgerChange {
  collector_id: string
}

export function createLedgerRepository(database: Database): LedgerRepository {
  return {
    async all() {
      const { rows } = await database.query<LedgerTableRow>(
        'ledger.all',
        'SELECT collector_id, stored, duplicates, quarantined, events FROM ledger ORDER BY collector_id',
      )
      return rows.map(({ collector_id, ...counts }) => ({ collectorId: collector_id, ...counts }))
    },

    async countMeasurements() {
      const { rows } = await database.query<{ count: number }>(
        'ledger.count_measurements',
        'SELECT count(*) AS count FROM measurement',
      )
      return (rows[0] as { count: number }).count
    },
  }
}

/** Part of the caller's transaction, as its last lock: all batches of one collector meet on this row. */
export async function changeLedger(client: Client, collectorId: string, change: LedgerChange): Promise<void> {
  await client.query('ledger.change', {
    prepared: true,
    text: `INSERT INTO ledger AS l (collector_id, stored, duplicates, quarantined, events) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (collector_id) DO UPDATE SET
             stored = l.stored + $2, duplicates = l.duplicates + $3,
             quarantined = l.quarantined + $4, events = l.events + $5`,
    values: [collectorId, change.stored, change.duplicates, change.quarantined, change.events],
  })
}
