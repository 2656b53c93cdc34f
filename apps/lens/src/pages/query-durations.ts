// How long each database operation took, as five numbers for a box plot; from spans, which know every single duration.
import type { QueryEnvelope } from '@deye-hard/monitoring'
import { ask, type Queries } from './ask.ts'
import { type Bounds, bounded } from './bounds.ts'
import type { TimeRange } from './drawing/time-range.ts'
import type { QueryDurationsAnswer } from './page-shapes.ts'

const NS_PER_MS = 1e6
/** Whiskers at 5 and 95 %: a single slow statement would flatten all boxes. */
const QUANTILES = ['p05', 'p25', 'p50', 'p75', 'p95'] as const
const OPERATION = 'db.operation.name'

export async function queryDurations(
  engine: Queries,
  { startMs, endMs }: TimeRange,
  bounds: Bounds,
): Promise<QueryDurationsAnswer> {
  const query: QueryEnvelope = {
    type: 'builder_query',
    spec: {
      name: 'A',
      signal: 'traces',
      aggregations: [
        ...QUANTILES.map(name => ({ expression: `${name}(duration_nano)`, alias: name })),
        { expression: 'count()', alias: 'calls' },
      ],
      filter: { expression: `${OPERATION} EXISTS` },
      groupBy: [{ name: OPERATION, fieldContext: 'attribute', fieldDataType: 'string' }],
      order: [{ key: { name: 'calls' }, direction: 'desc' }],
      limit: bounds.limits.operations + 1,
    },
  }
  const answer = await ask(engine, { startMs, endMs, requestType: 'scalar', queries: [query], variables: {} })
  if (answer.kind === 'refused') return answer
  const [result] = answer.results
  const rows = result?.kind === 'scalar' ? result.rows : []
  const { kept, left } = bounded(rows, 'operations', bounds)
  return {
    kind: 'data',
    isCut: left > 0,
    operations: kept.map(([name, ...numbers]) => ({
      name: String(name),
      calls: Number(numbers.at(-1)),
      durationsMs: numbers.slice(0, -1).map(value => Number(value) / NS_PER_MS),
    })),
  }
}
