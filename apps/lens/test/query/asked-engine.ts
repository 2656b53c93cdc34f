// An engine that holds what a test stores, and answers planned queries over it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  planQuery,
  type QueryEnvelope,
  type QueryRequest,
  type Result,
  type Row,
} from '@deye-hard/monitoring'
import { afterAll, beforeAll } from 'vitest'
import { type Engine, openEngine } from '../../src/engine/engine.ts'
import { engineOptions } from '../engine/engine-for-tests.ts'

export const START_MS = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 2 * 3_600_000
export const END_MS = START_MS + 3_600_000
export const MINUTE_MS = 60_000

const HOUR_MS = 3_600_000
const OPEN_LIMIT_MS = 60_000
const HALF_HOUR_SECONDS = 1_800

/** For all tests of a file; filled by `fill` once. */
export function engineOfFile(fill: (stored: Stored) => Promise<void> = async () => {}): { current: Stored } {
  const holder = {} as { current: Stored }
  const folder = mkdtempSync(join(tmpdir(), 'lens-query-'))
  let engine: Engine | undefined
  beforeAll(async () => {
    engine = await openEngine(engineOptions(folder))
    holder.current = new Stored(engine)
    await fill(holder.current)
  }, OPEN_LIMIT_MS)
  afterAll(async () => {
    await engine?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return holder
}

export interface StoredSeries {
  metric: string
  labels?: Readonly<Record<string, string>>
  temporality?: 'Cumulative' | 'Delta' | 'Unspecified'
  /** Milliseconds from the start of the window. */
  points: readonly (readonly [ms: number, value: number])[]
}

export interface StoredSpan {
  /** Milliseconds from the start of the window. */
  at?: number
  name?: string
  error?: boolean
  nanoseconds?: number
  strings?: Readonly<Record<string, string>>
  numbers?: Readonly<Record<string, number>>
  bools?: Readonly<Record<string, boolean>>
  resource?: Readonly<Record<string, string>>
}

export interface StoredLog extends Pick<StoredSpan, 'at' | 'strings' | 'numbers' | 'resource'> {
  body?: string
  severity?: string
}

export class Stored {
  readonly #engine: Engine
  #next = 0

  constructor(engine: Engine) {
    this.#engine = engine
  }

  async series(all: readonly StoredSeries[]): Promise<void> {
    const rows = all.map(one => ({ ...one, fingerprint: String(++this.#next) }))
    await this.#engine.insert(
      'signoz_metrics.time_series_v4',
      rows.flatMap(({ metric, labels = {}, temporality = 'Unspecified', fingerprint }) =>
        [START_MS - HOUR_MS, START_MS].map(unix_milli => ({
          metric_name: metric,
          temporality,
          fingerprint,
          unix_milli,
          labels: JSON.stringify(labels),
        })),
      ),
    )
    await this.#engine.insert(
      'signoz_metrics.samples_v4',
      rows.flatMap(({ metric, temporality = 'Unspecified', fingerprint, points }) =>
        points.map(([ms, value]) => ({
          metric_name: metric,
          temporality,
          fingerprint,
          unix_milli: START_MS + ms,
          value,
        })),
      ),
    )
  }

  async spans(all: readonly StoredSpan[]): Promise<void> {
    const rows = all.map(({ at = 0, name = 'x', error = false, nanoseconds = 1, ...maps }) => ({
      ts_bucket_start: String(bucketOf(START_MS + at)),
      timestamp: new Date(START_MS + at).toISOString().replace('T', ' ').replace('Z', ''),
      trace_id: String(++this.#next).padStart(32, '0'),
      span_id: String(this.#next).padStart(16, '0'),
      name,
      kind_string: 'Server',
      duration_nano: String(nanoseconds),
      has_error: error,
      ...mapsOf(maps),
    }))
    await this.#engine.insert('signoz_traces.signoz_index_v3', rows)
  }

  async logs(all: readonly StoredLog[]): Promise<void> {
    const rows = all.map(({ at = 0, body = '', severity = 'INFO', ...maps }) => ({
      ts_bucket_start: String(bucketOf(START_MS + at)),
      timestamp: `${START_MS + at}000000`,
      id: String(++this.#next).padStart(10, '0'),
      severity_text: severity,
      body,
      ...mapsOf(maps),
    }))
    await this.#engine.insert('signoz_logs.logs_v2', rows)
  }

  async ask(queries: readonly object[], more: Partial<QueryRequest> = {}): Promise<readonly Result[]> {
    const plan = planQuery({
      startMs: START_MS,
      endMs: END_MS,
      requestType: 'time_series',
      queries: queries as QueryEnvelope[],
      variables: {},
      ...more,
    })
    if (plan.kind === 'refused') throw new Error(`${plan.query}: ${plan.reason}`)
    const rows = new Map<string, readonly Row[]>()
    for (const { query, sql } of plan.statements) rows.set(query, await this.#engine.query(sql))
    return plan.finish(rows).results
  }

  /** Values by minute from the start of the window, of the first series. */
  async minutes(query: object, more: Partial<QueryRequest> = {}): Promise<Record<number, number>> {
    const [result] = await this.ask([query], more)
    const series = result?.kind === 'time_series' ? result.series : []
    if (series.length > 1) throw new Error(`${series.length} series, expected one`)
    return Object.fromEntries(
      (series[0]?.values ?? []).map(([ms, value]) => [(ms - START_MS) / MINUTE_MS, value]),
    )
  }
}

export function metric(
  metricName: string,
  timeAggregation: string | undefined,
  spaceAggregation: string,
  spec: object = {},
): object {
  const aggregation = {
    metricName,
    spaceAggregation,
    ...(timeAggregation === undefined ? {} : { timeAggregation }),
  }
  return {
    type: 'builder_query',
    spec: { name: 'A', signal: 'metrics', aggregations: [aggregation], ...spec },
  }
}

function mapsOf({ strings = {}, numbers = {}, bools = {}, resource = {} }: Omit<StoredSpan, 'at'>): Row {
  return {
    attributes_string: strings,
    attributes_number: numbers,
    ...(Object.keys(bools).length === 0 ? {} : { attributes_bool: bools }),
    resources_string: resource,
  }
}

function bucketOf(ms: number): number {
  const seconds = Math.floor(ms / 1_000)
  return seconds - (seconds % HALF_HOUR_SECONDS)
}
