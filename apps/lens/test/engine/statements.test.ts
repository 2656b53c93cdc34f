// Every query of the project's dashboards and rules, as packages/monitoring plans it, is understood by the engine and its tables.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  loadMonitoring,
  type PlacedQuery,
  planQuery,
  type QueryRequest,
  queriesOfPanel,
  queriesOfRule,
} from '@deye-hard/monitoring'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Engine, openEngine } from '../../src/engine/engine.ts'
import { engineOptions } from './engine-for-tests.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const HOUR_MS = 3_600_000
const { monitoring } = loadMonitoring(ROOT)

interface Asked {
  name: string
  requestType: QueryRequest['requestType']
  queries: PlacedQuery[]
  variables: Record<string, string>
}

const asked: Asked[] = [
  ...monitoring.dashboards.flatMap(({ file, document }) => {
    const variables = Object.fromEntries(document.spec.variables.map(({ spec }) => [spec.name, '__all__']))
    return Object.entries(document.spec.panels).map(([key, panel]) => ({
      name: `${file} ${key}`,
      requestType: panel.spec.queries[0]?.kind as QueryRequest['requestType'],
      queries: queriesOfPanel(panel, key),
      variables,
    }))
  }),
  ...monitoring.rules.map(rule => ({
    name: rule.file,
    requestType: 'time_series' as const,
    queries: queriesOfRule(rule),
    variables: {},
  })),
]

let engine: Engine
const folder = mkdtempSync(join(tmpdir(), 'lens-engine-'))

beforeAll(async () => {
  engine = await openEngine({ ...engineOptions(folder), queriesWaiting: 1_000 })
})

afterAll(async () => {
  await engine.close()
  rmSync(folder, { recursive: true })
})

it('all of them run', async () => {
  const nowMs = Date.now()
  const faults: string[] = []
  const statements = asked.flatMap(({ name, requestType, queries, variables }) => {
    const plan = planQuery({ startMs: nowMs - HOUR_MS, endMs: nowMs, requestType, queries, variables })
    if (plan.kind === 'plan')
      return plan.statements.map(({ query, sql }) => ({ name: `${name} ${query}`, sql }))
    faults.push(`${name}: ${plan.reason}`)
    return []
  })
  const run = ({ name, sql }: { name: string; sql: string }) =>
    engine.query(sql).catch((error: Error) => faults.push(`${name}: ${error.message}`))
  await Promise.all(statements.map(run))
  expect(faults).toEqual([])
  expect(statements.length).toBeGreaterThan(asked.length)
})
