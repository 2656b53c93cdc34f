// Asks SigNoz for the data of every panel of a dashboard, as its page does.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../../../src/project.ts'
import type { SigNozClient } from '../../../src/provision/signoz-client.ts'

// biome-ignore lint/suspicious/noExplicitAny: documents and answers of SigNoz, taken as they come.
type Document = any

const MINUTE_MS = 60_000

/** Faults only: `panel: what came`. `minutes`: how far back, from the last full minute. */
export async function panelsWithoutData(
  client: SigNozClient,
  dashboard: string,
  minutes: number,
): Promise<string[]> {
  const { spec }: Document = JSON.parse(
    readFileSync(join(PROJECT_ROOT, 'dashboards', `${dashboard}.json`), 'utf8'),
  )
  const variables = Object.fromEntries(
    spec.variables.map((variable: Document) => [variable.spec.name, { type: 'dynamic', value: '__all__' }]),
  )
  const end = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS
  const faults: string[] = []
  for (const [name, panel] of Object.entries<Document>(spec.panels)) {
    const [query] = panel.spec.queries
    const answer = await client.ask<Document>('POST', '/api/v5/query_range', {
      schemaVersion: 'v1',
      start: end - minutes * MINUTE_MS,
      end,
      requestType: query.kind,
      compositeQuery: { queries: queriesOf(query.spec.plugin) },
      variables,
      formatOptions: { formatTableResultForUI: query.kind === 'scalar', fillGaps: false },
    })
    const fault = answer.kind === 'done' ? emptiness(query.kind, answer.data) : JSON.stringify(answer)
    if (fault !== null) faults.push(`${dashboard} ${name}: ${fault}`)
  }
  return faults
}

function queriesOf({ kind, spec }: Document): Document[] {
  if (kind === 'signoz/CompositeQuery') return spec.queries
  return [{ type: kind === 'signoz/ClickHouseSQL' ? 'clickhouse_sql' : 'builder_query', spec }]
}

/** Every query that is shown must have something, not only one of them. */
function emptiness(kind: string, { data, warning }: Document): string | null {
  if (warning) return `warning ${JSON.stringify(warning)}`
  const results: Document[] = data.results ?? []
  if (results.length === 0) return 'no result'
  const counts = results.map(result => countOf(kind, result))
  const empty = results.filter((_, index) => counts[index] === 0).map(({ queryName }) => queryName ?? '?')
  return empty.length === 0 ? null : `nothing for ${empty.join(', ')} (${counts.join(', ')})`
}

function countOf(kind: string, { aggregations, rows, data }: Document): number {
  if (kind === 'time_series')
    return (aggregations ?? []).reduce((sum: number, { series }: Document) => sum + (series?.length ?? 0), 0)
  return (kind === 'raw' ? rows : data)?.length ?? 0
}
