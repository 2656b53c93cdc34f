// Reads what became of the fleet's messages: power of the last day, and rows, events and kept frames of one logger. Reads only, within limits.
import pg from 'pg'

const CONNECTIONS = 2
/** How old a buffered record may be when it is received; it bounds what is looked through for one message. */
const BUFFERED_DAYS = 45
/** Codes of PostgreSQL that say what a person can mend. */
const REASONS: Readonly<Record<string, string>> = {
  '42501': 'the role in LENS_DATABASE_URL may not read them; `npm start` makes one that may',
  '42P01': 'the database in LENS_DATABASE_URL has no such table',
  '57014': 'the database took too long',
}
const UNREACHABLE = 'the database does not answer'

export type Values = Readonly<Record<string, unknown>>

export interface CurveRow {
  serial: string
  latitude: number
  longitude: number
  rated_power_w: number | null
  /** Places of the steps that have readings, and their mean power, W. */
  steps: number[] | null
  watts: number[] | null
}

export interface MessageRows {
  /** Columns of the table `measurement`, without those that are null. */
  measurements: Values[]
  quarantined: { received_at: Date; reason: string; detail: string | null; frame: Buffer }[]
  events: { received_at: Date; event_type: string }[]
}

export type Read<T> = { kind: 'read'; value: T } | { kind: 'refused'; reason: string }

export interface FleetRowsOptions {
  databaseUrl: string
  /** Longest time for one statement and for a connection, ms. */
  timeoutMs: number
}

export interface FleetRows {
  /** One more than `limit`, where there are more. */
  curves(startMs: number, endMs: number, stepMs: number, limit: number): Promise<Read<CurveRow[]>>
  /** Received between two moments; one more of each kind than `limit`, where there are more. */
  messages(serial: string, startMs: number, endMs: number, limit: number): Promise<Read<MessageRows>>
  status(): Readonly<Record<string, unknown>>
  close(): Promise<void>
}

/** Opens no connection before it is asked. */
export function openFleetRows({ databaseUrl, timeoutMs }: FleetRowsOptions): FleetRows {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: CONNECTIONS,
    application_name: 'solar-lens-pages',
    options: '-c default_transaction_read_only=on',
    statement_timeout: timeoutMs,
    query_timeout: 2 * timeoutMs,
    connectionTimeoutMillis: timeoutMs,
  })
  const counts = { asked: 0, failed: 0, lastError: null as string | null }
  // A connection that dies in the pool is replaced at the next question.
  pool.on('error', () => {})
  const read = async <T>(question: () => Promise<T>): Promise<Read<T>> => {
    counts.asked += 1
    try {
      return { kind: 'read', value: await question() }
    } catch (error) {
      const { code = '', message } = error as Error & { code?: string }
      counts.failed += 1
      counts.lastError = message
      return { kind: 'refused', reason: REASONS[code] ?? UNREACHABLE }
    }
  }
  return {
    curves: (...range) =>
      read(async () => (await pool.query(CURVES, [...range.slice(0, 3), range[3] + 1])).rows as CurveRow[]),
    messages: (serial, startMs, endMs, limit) =>
      read(() => messages(pool, [serial, startMs, endMs, limit + 1])),
    status: () => ({ ...counts }),
    close: () => pool.end(),
  }
}

/** By the index on inverter and time, one inverter after another. */
const CURVES = `
  SELECT i.logger_serial::text AS serial, s.latitude, s.longitude, i.rated_power_w, curve.steps, curve.watts
  FROM inverter i JOIN site s ON s.id = i.site_id
  LEFT JOIN LATERAL (
    SELECT array_agg(step ORDER BY step) AS steps, array_agg(watts ORDER BY step) AS watts FROM (
      SELECT floor((extract(epoch FROM time) * 1000 - $1::bigint) / $3::bigint)::int AS step,
             round(avg(ac_active_power_w))::int AS watts
      FROM measurement
      WHERE inverter_id = i.id AND ac_active_power_w IS NOT NULL
        AND time >= to_timestamp($1::bigint / 1000.0) AND time < to_timestamp($2::bigint / 1000.0)
      GROUP BY 1) AS means) AS curve ON true
  ORDER BY i.logger_serial LIMIT $4`

const RECEIVED = 'received_at BETWEEN to_timestamp($2::bigint / 1000.0) AND to_timestamp($3::bigint / 1000.0)'

const MEASUREMENTS = `
  SELECT to_json(m) AS held FROM inverter i JOIN measurement m ON m.inverter_id = i.id
  WHERE i.logger_serial = $1 AND m.${RECEIVED}
    AND m.time BETWEEN to_timestamp($2::bigint / 1000.0) - interval '${BUFFERED_DAYS} days'
               AND to_timestamp($3::bigint / 1000.0) + interval '1 day'
  ORDER BY m.received_at, m.time LIMIT $4`

const QUARANTINED = `
  SELECT received_at, reason, detail, frame FROM quarantine WHERE logger_serial = $1 AND ${RECEIVED} ORDER BY id LIMIT $4`

const EVENTS = `
  SELECT received_at, event_type FROM logger_event WHERE logger_serial = $1 AND ${RECEIVED} ORDER BY id LIMIT $4`

async function messages(pool: pg.Pool, values: readonly unknown[]): Promise<MessageRows> {
  const ask = async <T>(sql: string) => (await pool.query(sql, [...values])).rows as T[]
  const [measurements, quarantined, events] = await Promise.all([
    ask<{ held: Values }>(MEASUREMENTS),
    ask<MessageRows['quarantined'][number]>(QUARANTINED),
    ask<MessageRows['events'][number]>(EVENTS),
  ])
  return { measurements: measurements.map(({ held }) => shown(held)), quarantined, events }
}

/** In the order of the table; the key of duplicates says nothing to a reader. */
function shown(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) => value !== null && name !== 'dedupe_key'),
  )
}
