// Turns planned readings into rows of `measurement`, each message once.
import { QUANTITY_NAMES } from '@deye-hard/domain'
import type { Client } from '../database.ts'
import { arrayLiteral } from './array-literal.ts'
import { messageKey, type PlannedReading } from './plan.ts'

/** Fewer rows arrived than were new: a row was there whose message key had been purged. Look before inserting, then. */
export class RowsMissingError extends Error {
  override readonly name = 'RowsMissingError'
}

export interface Lookup {
  /** Readings acquired before this are looked up in `measurement`, since their key may be purged; ms. */
  keysKnownSinceMs: number
}

/** `readings` are sorted by key, each key once. Gives the positions of duplicates; the others are rows now. */
export async function storeReadings(
  client: Client,
  readings: readonly PlannedReading[],
  now: Date,
  lookup: Lookup,
): Promise<number[]> {
  if (readings.length === 0) return []
  const inserting = insertKeys(client, readings, now)
  // Written while the server is busy with the keys; mostly there is no duplicate and they are used as they are.
  const columns = writeColumns(readings)
  const newKeys = await inserting
  const stored = await findStored(client, newKeys, lookup)
  const fresh = stored.size === 0 ? newKeys : newKeys.filter(({ position }) => !stored.has(position))
  await insertRows(client, fresh.length, fresh.length === readings.length ? columns : writeColumns(fresh))
  if (fresh.length === readings.length) return []
  const kept = new Set(fresh.map(({ position }) => position))
  return readings.map(({ position }) => position).filter(position => !kept.has(position))
}

/** A transaction that holds the same key is waited for: its commit makes ours a duplicate. */
async function insertKeys(
  client: Client,
  readings: readonly PlannedReading[],
  now: Date,
): Promise<readonly PlannedReading[]> {
  const { rows } = await client.query<[number, number, string]>('ingest.insert_keys', {
    prepared: true,
    rowMode: 'array',
    text: `INSERT INTO message_key (logger_serial, record_counter, dedupe_key, first_received_at)
           SELECT serial, counter, key, $4 FROM unnest($1::bigint[], $2::bigint[], $3::uuid[]) AS u (serial, counter, key)
           ON CONFLICT DO NOTHING RETURNING logger_serial, record_counter, dedupe_key`,
    values: [
      arrayLiteral(readings, row => row.loggerSerial),
      arrayLiteral(readings, row => row.reading.record_counter),
      arrayLiteral(readings, row => row.reading.dedupe_key),
      now,
    ],
  })
  if (rows.length === readings.length) return readings
  const inserted = new Set(
    rows.map(([serial, counter, key]) => `${serial}/${counter}/${key.replaceAll('-', '')}`),
  )
  return readings.filter(row => inserted.has(messageKey(row)))
}

/** The bounds of time let TimescaleDB leave out all other chunks. */
async function findStored(
  client: Client,
  readings: readonly PlannedReading[],
  { keysKnownSinceMs }: Lookup,
): Promise<Set<number>> {
  const old = readings.filter(({ timeMs }) => timeMs < keysKnownSinceMs)
  if (old.length === 0) return new Set()
  const times = old.map(({ timeMs }) => timeMs)
  const { rows } = await client.query<{ position: number }>('ingest.find_stored', {
    prepared: true,
    text: `SELECT position FROM unnest($1::integer[], $2::timestamptz[], $3::uuid[], $4::integer[]) AS u (id, at, key, position)
           WHERE EXISTS (SELECT 1 FROM measurement m
                         WHERE m.inverter_id = id AND m.time = at AND m.dedupe_key = key AND m.time BETWEEN $5 AND $6)`,
    values: [
      arrayLiteral(old, row => row.registration.inverterId),
      arrayLiteral(old, row => row.reading.acquired_at ?? row.receivedAt),
      arrayLiteral(old, row => row.reading.dedupe_key),
      arrayLiteral(old, row => row.position),
      new Date(Math.min(...times)),
      new Date(Math.max(...times)),
    ],
  })
  return new Set(rows.map(({ position }) => position))
}

function writeColumns(readings: readonly PlannedReading[]): string[] {
  return COLUMNS.map(({ pick }) => arrayLiteral(readings, pick))
}

async function insertRows(client: Client, count: number, columns: string[]): Promise<void> {
  if (count === 0) return
  const { rowCount } = await client.query('ingest.insert_rows', {
    prepared: true,
    text: INSERT_ROWS,
    values: columns,
  })
  if (rowCount !== count) throw new RowsMissingError()
}

interface Column {
  name: string
  type: string
  pick: (row: PlannedReading) => number | boolean | string | null | undefined
}

const COLUMNS: readonly Column[] = [
  { name: 'inverter_id', type: 'integer', pick: row => row.registration.inverterId },
  { name: 'time', type: 'timestamptz', pick: row => row.reading.acquired_at ?? row.receivedAt },
  { name: 'received_at', type: 'timestamptz', pick: row => row.receivedAt },
  { name: 'record_counter', type: 'bigint', pick: row => row.reading.record_counter },
  { name: 'dedupe_key', type: 'uuid', pick: row => row.reading.dedupe_key },
  { name: 'buffered', type: 'boolean', pick: row => row.reading.buffered },
  { name: 'time_quality', type: 'text', pick: row => row.reading.acquired_at_quality },
  { name: 'logger_clock_at', type: 'timestamptz', pick: row => row.reading.logger_clock_at },
  { name: 'inverter_clock', type: 'timestamp', pick: row => row.reading.inverter_clock_local },
  { name: 'implausible', type: 'text', pick: row => row.reading.implausible.join('.') || null },
  ...QUANTITY_NAMES.map(
    (name): Column => ({ name, type: 'double precision', pick: row => row.reading.values[name] }),
  ),
]

/** One prepared statement whatever the size (reference timescaledb.md 3.5); an array of arrays cannot be unnested by rows, hence the split. */
const INSERT_ROWS = `
  INSERT INTO measurement (${COLUMNS.map(({ name }) => name).join(', ')})
  SELECT ${COLUMNS.map(({ name }) => (name === 'implausible' ? `string_to_array(implausible, '.')` : name)).join(', ')}
  FROM unnest(${COLUMNS.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ')})
    AS u (${COLUMNS.map(({ name }) => name).join(', ')})
  ON CONFLICT DO NOTHING`
