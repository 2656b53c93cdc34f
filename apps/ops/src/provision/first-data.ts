// Holds back a rule that fires when there is no data until there are some: on a fresh installation it would mail at once.
import { setTimeout as delay } from 'node:timers/promises'
import type { Change } from './change.ts'
import { expectDone } from './refusals.ts'
import type { SigNozClient } from './signoz-client.ts'

const LOOK_AGAIN_MS = 5_000
/** Rules look at a window that ends this long ago (contract 6.2); a SigNoz with less only sees the data earlier. */
const EVALUATION_DELAY_MS = 120_000
/** Less than the window of any rule that fires without data, so what is seen here is in its window too. */
const WINDOW_MS = 120_000

interface RuleDocument {
  condition: { alertOnAbsent?: boolean; compositeQuery: { queries: object[] } }
}

interface QueryResult {
  data?: { results?: { aggregations?: { series?: unknown[] | null }[] | null }[] | null }
}

/** Whether posting it now could cause a mail although nothing is wrong. */
export function firesWithoutData({ kind, action, document }: Change): boolean {
  if (kind !== 'rule' || (action !== 'create' && action !== 'replace')) return false
  return (document as RuleDocument).condition.alertOnAbsent === true
}

/** Also returns when the time is over: a system that sends nothing at all is what such a rule is for. */
export async function waitForFirstData(
  client: SigNozClient,
  change: Change,
  options: { deadlineMs: number; progress: (line: string) => void },
): Promise<void> {
  let said = false
  while (!(await hasData(client, change)) && performance.now() < options.deadlineMs) {
    if (!said)
      options.progress(
        `Waiting for first data of the rule ${change.name}, which without any would mail at once`,
      )
    said = true
    await delay(LOOK_AGAIN_MS)
  }
}

async function hasData(client: SigNozClient, { name, document }: Change): Promise<boolean> {
  const { queries } = (document as RuleDocument).condition.compositeQuery
  const end = Date.now() - EVALUATION_DELAY_MS
  const body = {
    schemaVersion: 'v1',
    start: end - WINDOW_MS,
    end,
    requestType: 'time_series',
    compositeQuery: { queries },
    variables: {},
  }
  const answer = await client.ask<QueryResult>('POST', '/api/v5/query_range', body)
  // A ClickHouse that is busy or restarts passes, and this waits anyway.
  if (answer.kind === 'unreachable' || (answer.kind === 'refused' && answer.status >= 500)) return false
  const { data } = expectDone(client, answer, `the query of the rule ${name}`)
  return (data?.results ?? []).some(({ aggregations }) =>
    (aggregations ?? []).some(({ series }) => (series ?? []).length > 0),
  )
}
