// Asks the engine what a plan says, and makes of every expected failure an answer that a page can show.
import { planQuery, type QueryRequest, type QueryResult, type Row } from '@deye-hard/monitoring'
import type { Refused } from './page-shapes.ts'

export interface Queries {
  query(sql: string): Promise<readonly Row[]>
}

/** Codes of EngineError that say something about the statement, not about lens. */
const ABOUT_STATEMENT: Readonly<Record<string, string>> = {
  query_timeout: 'took too long; a shorter time or a narrower filter helps',
  query_memory: 'needs too much memory; a shorter time or a narrower filter helps',
  query_rows: 'gives too many rows; a shorter time or a narrower filter helps',
  queries_waiting: 'was not asked: too many others wait',
  engine_down: 'was not asked: the engine is being started again',
  statement_refused: 'is not what the engine takes',
}
const MOMENTARY = new Set(['queries_waiting', 'engine_down'])
const REASON_CHARACTERS = 300

export type Answered = ({ kind: 'data' } & QueryResult) | Refused

/** Rejects only when lens is broken. */
export async function ask(engine: Queries, request: QueryRequest): Promise<Answered> {
  const plan = planQuery(request)
  if (plan.kind === 'refused') return plan
  // Side by side: the engine has several readers, and a panel waits for the slowest query, not for the sum.
  const answers = await Promise.all(
    plan.statements.map(async ({ query, sql }) => ({ query, answer: await askRows(engine, sql, query) })),
  )
  const rows = new Map<string, readonly Row[]>()
  for (const { query, answer } of answers) {
    if (answer.kind === 'refused') return answer
    rows.set(query, answer.rows)
  }
  return { kind: 'data', ...plan.finish(rows) }
}

/** One statement of our own, under the name that a page shows. */
export async function askRows(
  engine: Queries,
  sql: string,
  query: string,
): Promise<{ kind: 'rows'; rows: readonly Row[] } | Refused> {
  try {
    return { kind: 'rows', rows: await engine.query(sql) }
  } catch (error) {
    const isMomentary = MOMENTARY.has((error as { code?: string }).code ?? '')
    return { kind: 'refused', query, reason: reasonOf(error), ...(isMomentary && { isMomentary }) }
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string }
  const about = ABOUT_STATEMENT[code ?? '']
  if (about === undefined) throw error
  return code === 'statement_refused' ? `${about}: ${message.slice(0, REASON_CHARACTERS)}` : about
}
