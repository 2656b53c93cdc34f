// Asks a rule's query of the engine: the same plan and the same statements that a panel uses.
import type { QueryPlan, QueryRequest, Row } from '@deye-hard/monitoring'
import type { AlertRule } from './alert-rule.ts'
import type { EvaluatedSeries } from './find-samples.ts'

export type Asked =
  | { kind: 'series'; series: readonly EvaluatedSeries[] }
  | { kind: 'failed'; reason: string }

export type AskQuery = (rule: AlertRule, window: { startMs: number; endMs: number }) => Promise<Asked>

/** `runSql` may reject: that is a failed evaluation, as in SigNoz. */
export function askThroughPlan(
  planQuery: (request: QueryRequest) => QueryPlan,
  runSql: (sql: string) => Promise<readonly Row[]>,
): AskQuery {
  return async (rule, { startMs, endMs }) => {
    const plan = planQuery({
      startMs,
      endMs,
      requestType: 'time_series',
      queries: rule.queries,
      variables: {},
    })
    if (plan.kind === 'refused') return { kind: 'failed', reason: `query ${plan.query}: ${plan.reason}` }
    try {
      const rows = new Map<string, readonly Row[]>()
      for (const { query, sql } of plan.statements) rows.set(query, await runSql(sql))
      const { results } = plan.finish(rows)
      const selected = results.find(result => result.query === rule.selectedQuery)
      return { kind: 'series', series: selected?.kind === 'time_series' ? selected.series : [] }
    } catch (error) {
      return { kind: 'failed', reason: (error as Error).message }
    }
  }
}
