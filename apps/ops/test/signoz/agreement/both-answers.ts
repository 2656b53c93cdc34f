// Asks SigNoz and our plan for the same, over the same ClickHouse, and says where the answers differ.
import { planQuery, type QueryRequest, type Row } from '@deye-hard/monitoring'
import type { SigNozClient } from '../../../src/provision/signoz-client.ts'
import { askSigNoz } from './ask-signoz.ts'
import { type Cells, cellDifferences, ownCells } from './cells.ts'

const DIFFERENCES_SHOWN = 3

export interface Comparison {
  differences: string[]
  /** Of SigNoz's answer. */
  cells: number
}

export class BothAnswers {
  readonly #client: SigNozClient
  readonly #clickhouse: string

  constructor(client: SigNozClient, clickhouse: string) {
    this.#client = client
    this.#clickhouse = clickhouse
  }

  /** Of series that are equally high, SigNoz drops any beyond a limit: then they are compared without it. */
  async compare(request: QueryRequest): Promise<Comparison> {
    const limited = await this.#compareOnce(request)
    const isTie = limited.differences.length > 0 && limited.ownCells === limited.cells
    const free = request.queries.map(
      query => ({ ...query, spec: { ...query.spec, limit: 0 } }) as typeof query,
    )
    const hasLimit = request.queries.some(({ spec }) => 'limit' in spec && (spec.limit ?? 0) > 0)
    if (!isTie || !hasLimit || request.requestType === 'raw') return limited
    return { ...limited, ...(await this.#compareOnce({ ...request, queries: free })) }
  }

  async #compareOnce(request: QueryRequest): Promise<Comparison & { ownCells: number }> {
    const [theirs, ours] = [new Map(await askSigNoz(this.#client, request)), await this.#ours(request)]
    const differences = cellDifferences(theirs, ours)
    return { differences: differences.slice(0, DIFFERENCES_SHOWN), cells: theirs.size, ownCells: ours.size }
  }

  async rows(sql: string): Promise<Row[]> {
    const url = `${this.#clickhouse}/?default_format=JSONEachRow`
    const response = await fetch(url, { method: 'POST', body: sql })
    const text = await response.text()
    if (!response.ok) throw new Error(`${text}\n${sql}`)
    return text === ''
      ? []
      : text
          .trimEnd()
          .split('\n')
          .map(line => JSON.parse(line) as Row)
  }

  async #ours(request: QueryRequest): Promise<Cells> {
    const plan = planQuery(request)
    if (plan.kind === 'refused') throw new Error(`${plan.query}: ${plan.reason}`)
    const rows = new Map<string, Row[]>()
    for (const { query, sql } of plan.statements) rows.set(query, await this.rows(sql))
    return new Map(plan.finish(rows).results.flatMap(ownCells))
  }
}
