// The minute that is not over: metrics are shown by full minutes, as in SigNoz, but who has just started should not look at empty panels.
import type { QueryEnvelope } from '@deye-hard/monitoring'
import { askRows, type Queries } from './ask.ts'
import type { TimeRange } from './drawing/time-range.ts'
import type { FirstMinuteAnswer, Refused } from './page-shapes.ts'

const MINUTE_MS = 60_000
/** What a part of a minute says as well as a whole one; sums, counts and rates of a part would be too small. */
const INSTANTANEOUS = new Set<string | undefined>(['latest', 'avg', 'min', 'max'])

/** The range with the minute that runs, for a panel of such values that has nothing older; null where there is none to add. */
export function withRunningMinute(
  queries: readonly QueryEnvelope[],
  range: TimeRange,
  nowMs: number,
): TimeRange | null {
  const minuteMs = nowMs - (nowMs % MINUTE_MS)
  const isRunning = range.endMs > minuteMs && range.endMs < minuteMs + MINUTE_MS
  return isRunning && queries.every(isInstantaneous) ? { ...range, endMs: minuteMs + MINUTE_MS } : null
}

/** Whether nothing of the time before the running minute is kept, and when that minute is over. */
export async function firstMinute(
  engine: Queries,
  { startMs, endMs }: TimeRange,
  nowMs: number,
): Promise<FirstMinuteAnswer | Refused> {
  const minuteMs = nowMs - (nowMs % MINUTE_MS)
  if (endMs < minuteMs) return { awaitedMs: null }
  const answer = await askRows(
    engine,
    `SELECT 1 AS held FROM signoz_metrics.distributed_samples_v4 WHERE unix_milli >= ${startMs} AND unix_milli < ${minuteMs} LIMIT 1`,
    'first minute',
  )
  if (answer.kind === 'refused') return answer
  return { awaitedMs: answer.rows.length === 0 ? minuteMs + MINUTE_MS : null }
}

function isInstantaneous(query: QueryEnvelope): boolean {
  if (query.type === 'builder_formula') return (query.spec.functions ?? []).length === 0
  if (query.type !== 'builder_query' || query.spec.signal !== 'metrics') return false
  const { aggregations, functions } = query.spec
  return (
    (functions ?? []).length === 0 &&
    aggregations.every(
      ({ timeAggregation, spaceAggregation }) =>
        INSTANTANEOUS.has(timeAggregation) && !spaceAggregation.startsWith('p'),
    )
  )
}
