// A migrated database with loggers, and the messages that tests of ingest send to it.
import { createHash, randomUUID } from 'node:crypto'
import type { MeasurementBatch, Reading, ShippedMessage } from '@deye-hard/domain'
import type { TestDatabase } from '@deye-hard/testkit'
import pg from 'pg'
import { type OpenStore, openStore } from '../src/index.ts'
import type { GivenOptions } from '../src/settings.ts'

export const NOW = new Date('2026-06-15T12:00:00.000Z')
export const MINUTE_MS = 60_000
export const DAY_MS = 86_400_000

export interface Fixture {
  database: TestDatabase
  store: OpenStore
  /** For questions that no repository answers. */
  pool: pg.Pool
  addLogger(): Promise<{ serial: number; id: number }>
  rowCount(inverterId: number): Promise<number>
  ledgerOf(
    collectorId: string,
  ): ReturnType<OpenStore['ledger']['all']> extends Promise<(infer Row)[]> ? Promise<Row | undefined> : never
  close(): Promise<void>
}

export async function openFixture(
  create: () => Promise<TestDatabase>,
  options: Omit<GivenOptions, 'databaseUrl'> = {},
): Promise<Fixture> {
  const database = await create()
  const store = openStore({ databaseUrl: database.url, ...options })
  const pool = new pg.Pool({ connectionString: database.url })
  await store.migrate()
  return {
    database,
    store,
    pool,
    addLogger: () => addLogger(store),
    rowCount: async id => {
      const { rows } = await pool.query('SELECT count(*)::int AS n FROM measurement WHERE inverter_id = $1', [
        id,
      ])
      return rows[0].n as number
    },
    ledgerOf: async collectorId => (await store.ledger.all()).find(row => row.collectorId === collectorId),
    close: async () => {
      await pool.end()
      await store.close()
      await database.drop()
    },
  }
}

let lastSerial = 2_700_000_000

async function addLogger(store: OpenStore): Promise<{ serial: number; id: number }> {
  lastSerial += 1
  const serial = lastSerial
  const name = `site ${serial}`
  const siteId = await store.inverters.addSite({
    name,
    latitude: 52,
    longitude: 13,
    timezone: 'Europe/Berlin',
  })
  const added = await store.inverters.add({ loggerSerial: serial, name, siteId })
  if (added.outcome !== 'added') throw new Error(`${serial} is taken`)
  return { serial, id: added.id }
}

let lastCollector = 0

export function batchOf(messages: ShippedMessage[], collector?: string): MeasurementBatch {
  lastCollector += 1
  return { batch_id: randomUUID(), collector_id: collector ?? `collector-${lastCollector}`, messages }
}

export interface Variation {
  seq?: number
  minutesAgo?: number
  buffered?: boolean
  values?: Reading['values']
  implausible?: Reading['implausible']
}

export function reading(serial: number, counter: number, variation: Variation = {}): ShippedMessage {
  const { seq = counter, minutesAgo = 1, buffered = false, values = {}, implausible = [] } = variation
  const acquired = new Date(NOW.getTime() - minutesAgo * MINUTE_MS).toISOString()
  return {
    ...envelope(serial, counter, '0x4210'),
    seq,
    received_at: (buffered ? NOW : new Date(acquired)).toISOString(),
    kind: 'reading',
    reading: {
      inverter_serial: `INV${serial}`,
      sensor_list_id: '0x5408',
      buffered,
      acquired_at: acquired,
      acquired_at_quality: 'exact',
      logger_clock_at: null,
      inverter_clock_local: null,
      record_counter: counter,
      dedupe_key: createHash('sha256').update(`${counter}`).digest('hex').slice(0, 32),
      implausible,
      values: { ac_active_power_w: 431.5, grid_voltage_l1_v: 233.1, energy_total_kwh: 1234.5, ...values },
      device: { firmware: 'V1.2' },
    },
  }
}

export function event(serial: number, seq: number): ShippedMessage {
  return {
    ...envelope(serial, seq, '0x4110'),
    kind: 'event',
    event: { event_type: 'hello', acquired_at: null, data: { firmware: 'L1' } },
  }
}

export function undecodable(serial: number, seq: number): ShippedMessage {
  return {
    ...envelope(serial, seq, '0x4210'),
    kind: 'undecodable',
    reason: 'undecodable_payload',
    detail: 'cut off',
  }
}

function envelope(serial: number, seq: number, code: string) {
  return {
    seq,
    logger_serial: serial,
    received_at: NOW.toISOString(),
    control_code: code,
    frame: Buffer.from(`frame ${seq}`).toString('base64'),
  }
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}
