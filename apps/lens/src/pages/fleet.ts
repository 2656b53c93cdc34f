// Every registered logger with what the collector says of it now: state, age of the last message, rate, and why the state changed.
import type { Row } from '@deye-hard/monitoring'
import { askRows, type Queries } from './ask.ts'
import { type Bounds, bounded } from './bounds.ts'
import type { FleetAnswer, FleetLogger, Refused } from './page-shapes.ts'

/** Samples older than this say nothing of now. */
const FRESH_MS = 10 * 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const METRICS = ['solar.logger.state', 'solar.logger.message_age', 'solar.logger.message_rate']

interface Change {
  ms: number
  to: string
  from: string
  reason: string
}

export async function fleet(engine: Queries, nowMs: number, bounds: Bounds): Promise<FleetAnswer | Refused> {
  const samples = await askRows(engine, sampleStatement(nowMs, bounds.limits.loggers + 1), 'loggers')
  if (samples.kind === 'refused') return samples
  const changes = await askRows(engine, changeStatement(nowMs), 'state changes')
  if (changes.kind === 'refused') return changes
  const lastChanges = new Map(changes.rows.map(row => [String(row['serial']), changeOf(row)]))
  const { kept, left } = bounded(samples.rows, 'loggers', bounds)
  const loggers = kept.map(row => loggerOf(row, lastChanges.get(String(row['serial']))))
  const newest = samples.rows.reduce((latest, row) => Math.max(latest, Number(row['newest'])), 0)
  return { loggers, asOfMs: newest === 0 ? null : newest, isCut: left > 0 }
}

function sampleStatement(nowMs: number, limit: number): string {
  const startMs = nowMs - FRESH_MS
  const names = METRICS.map(name => `'${name}'`).join(', ')
  const last = (metric: string) =>
    `argMaxIf(s.value, s.unix_milli, s.metric_name = '${metric}') AS held_${metric.split('.').at(-1)}, countIf(s.metric_name = '${metric}') AS has_${metric.split('.').at(-1)}`
  return `SELECT JSONExtractString(t.labels, 'logger.serial') AS serial, anyLast(JSONExtractString(t.labels, 'inverter.id')) AS inverter,
    anyLast(JSONExtractString(t.labels, 'site.id')) AS site,
    argMaxIf(JSONExtractString(t.labels, 'state'), s.unix_milli, s.metric_name = 'solar.logger.state' AND s.value = 1) AS state,
    ${last('solar.logger.message_age')}, ${last('solar.logger.message_rate')}, toString(max(s.unix_milli)) AS newest
    FROM signoz_metrics.distributed_samples_v4 AS s
    INNER JOIN (SELECT DISTINCT fingerprint, labels FROM signoz_metrics.distributed_time_series_v4
      WHERE metric_name IN (${names}) AND unix_milli >= ${Math.floor(startMs / HOUR_MS) * HOUR_MS}) AS t ON s.fingerprint = t.fingerprint
    WHERE s.metric_name IN (${names}) AND s.unix_milli BETWEEN ${startMs} AND ${nowMs} AND bitAnd(s.flags, 1) = 0
    GROUP BY serial HAVING serial != '' ORDER BY toUInt64OrZero(serial), serial LIMIT ${limit}`
}

function changeStatement(nowMs: number): string {
  const serial =
    "if(mapContains(attributes_number, 'logger_serial'), toString(toUInt64(attributes_number['logger_serial'])), attributes_string['logger_serial'])"
  const newest = (key: string) => `argMax(attributes_string['${key}'], timestamp)`
  return `SELECT ${serial} AS serial, toString(max(timestamp)) AS moment, ${newest('state')} AS to,
    ${newest('previous_state')} AS from, ${newest('reason')} AS reason FROM signoz_logs.distributed_logs_v2
    WHERE body = 'logger state changed' AND timestamp >= ${nowMs - DAY_MS}000000 AND ts_bucket_start >= ${Math.floor((nowMs - DAY_MS) / 1_000) - 1_800}
    GROUP BY serial`
}

function loggerOf(row: Row, change: Change | undefined): FleetLogger {
  const held = (name: string) => (Number(row[`has_${name}`]) > 0 ? Number(row[`held_${name}`]) : null)
  const state = String(row['state']) || 'unknown'
  return {
    serial: String(row['serial']),
    inverter: String(row['inverter']),
    site: String(row['site']),
    state,
    ageSeconds: held('message_age'),
    messagesPerMinute: held('message_rate'),
    // An older change says nothing of why it is in this state.
    change: change?.to === state ? { ms: change.ms, from: change.from, reason: change.reason } : null,
  }
}

function changeOf(row: Row): Change {
  return {
    ms: Number(String(row['moment']).slice(0, -6)),
    to: String(row['to']),
    from: String(row['from']),
    reason: String(row['reason']),
  }
}
