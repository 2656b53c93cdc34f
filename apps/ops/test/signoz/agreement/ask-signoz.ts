// One question to SigNoz as a page of it asks, and the numbers of its answer.
import type { QueryRequest } from '@deye-hard/monitoring'
import type { SigNozClient } from '../../../src/provision/signoz-client.ts'
import { type Cell, theirCells } from './cells.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers of SigNoz, taken as they come.
type Document = any

/** Throws what SigNoz says when it refuses. */
export async function askSigNoz(
  client: SigNozClient,
  { startMs, endMs, requestType, queries, variables }: QueryRequest,
): Promise<Cell[]> {
  const answer = await client.ask<Document>('POST', '/api/v5/query_range', {
    schemaVersion: 'v1',
    start: startMs,
    end: endMs,
    requestType,
    compositeQuery: { queries: queries.map(({ type, spec }) => ({ type, spec })) },
    variables: Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, { type: 'dynamic', value }]),
    ),
    noCache: true,
  })
  if (answer.kind !== 'done') throw new Error(JSON.stringify(answer))
  const results: Document[] = answer.data.data.results ?? []
  return results.flatMap(result => theirCells(result, requestType))
}
