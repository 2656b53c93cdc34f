// The page of PostgreSQL facts: every name that our panels and rules ask for, with kind and labels of the real exporter.
import { resolve } from 'node:path'
import { loadMonitoring, queriesOfRule, storedMetric } from '@deye-hard/monitoring'
import { createTestDatabase, type TestDatabase } from '@deye-hard/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LocalPage } from '../../src/own/local-page.ts'
import { FACTS } from '../../src/postgres/facts.ts'
import { postgresPage } from '../../src/postgres/page.ts'
import { servePostgresPage } from '../../src/postgres/page-server.ts'
import { readPage } from '../../src/scrape/read-page.ts'

const ROOT = resolve(import.meta.dirname, '../../../..')
const LIMIT_MS = 5_000
/** Of the target and of the way, not of the page. */
const RESOURCE = ['service.', 'server.', 'url.', 'host.', 'deployment.']

describe('the page', () => {
  let database: TestDatabase
  let server: LocalPage
  let families: Map<string, { type: string; samples: { labels: Record<string, string>; value: number }[] }>

  beforeAll(async () => {
    database = await createTestDatabase()
    server = await servePostgresPage({ databaseUrl: database.url, timeoutMs: LIMIT_MS })
    const page = readPage(await (await fetch(server.url)).text())
    if (page.kind === 'malformed') throw new Error(`line ${page.line} is malformed`)
    families = new Map(page.families.map(({ name, ...family }) => [name, family]))
  })
  afterAll(async () => {
    await server.close()
    await database.drop()
  })

  test('has every name that our panels and rules ask for, and no other', () => {
    const offered = [
      'pg_up',
      'pg_scrape_collector_success',
      ...FACTS.flatMap(({ metrics }) => Object.values(metrics).map(({ name }) => name)),
    ]
    expect(new Set(offered)).toEqual(namesAskedFor())
  })

  test('has kind and labels of the exporter', () => {
    for (const { labels, metrics } of FACTS) {
      for (const { name, kind } of Object.values(metrics)) {
        const known = storedMetric(name)
        expect(known?.kind, name).toBe(kind)
        const own = [...(known?.labels.keys() ?? [])].filter(
          label => !RESOURCE.some(it => label.startsWith(it)),
        )
        expect(own.toSorted(), name).toEqual(labels.toSorted())
      }
    }
  })

  test('tells of this database', () => {
    const name = new URL(database.url).pathname.slice(1)
    const valueIn = (metric: string, labels: Record<string, string> = {}) =>
      families
        .get(metric)
        ?.samples.find(sample => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
        ?.value
    expect(valueIn('pg_up')).toBe(1)
    expect(valueIn('pg_database_size_bytes', { datname: name })).toBeGreaterThan(1_000_000)
    expect(valueIn('pg_stat_activity_count', { datname: name, state: 'active' })).toBeGreaterThanOrEqual(1)
    expect(valueIn('pg_stat_activity_count', { datname: name, state: 'idle in transaction' })).toBe(0)
    expect(valueIn('pg_locks_count', { datname: name, mode: 'accessexclusivelock' })).toBe(0)
    expect(valueIn('pg_settings_max_connections')).toBeGreaterThanOrEqual(20)
    expect(valueIn('pg_replication_is_replica')).toBe(0)
    expect(valueIn('pg_stat_database_xact_commit', { datname: name })).toBeGreaterThan(0)
  })

  test('gives counters and gauges as such', () => {
    expect(families.get('pg_stat_database_blks_hit')?.type).toBe('counter')
    expect(families.get('pg_wal_size_bytes')?.type).toBe('gauge')
  })

  test('answers to nothing but GET /metrics', async () => {
    expect((await fetch(server.url.replace('/metrics', '/'))).status).toBe(404)
    expect((await fetch(server.url, { method: 'POST' })).status).toBe(404)
  })
})

test('what fails is said and leaves the rest', async () => {
  const page = await postgresPage(async sql => {
    if (sql.includes('pg_stat_statements')) throw new Error('no such relation')
    return []
  })
  expect(page).toContain('pg_up 1\n')
  expect(page).toContain('pg_scrape_collector_success{collector="stat_statements"} 0\n')
  expect(page).toContain('pg_scrape_collector_success{collector="locks"} 1\n')
})

test('a database that is away is pg_up 0, and no error', async () => {
  const server = await servePostgresPage({
    databaseUrl: 'postgres://nobody@127.0.0.1:1/x',
    timeoutMs: LIMIT_MS,
  })
  const response = await fetch(server.url)
  expect(response.status).toBe(200)
  expect(await response.text()).toContain('pg_up 0\n')
  await server.close()
})

test('a label value cannot break its line', async () => {
  const page = await postgresPage(async () => [{ datname: 'a"b\\c\nd', size: 1 }])
  expect(page).toContain('pg_database_size_bytes{datname="a\\"b\\\\c\\nd"} 1\n')
})

function namesAskedFor(): Set<string> {
  const { monitoring } = loadMonitoring(ROOT)
  const text = JSON.stringify([
    monitoring.dashboards.map(({ document }) => document.spec.panels),
    monitoring.rules.flatMap(queriesOfRule),
  ])
  return new Set([...text.matchAll(/"metricName":"(pg_[a-z_]+)"/g)].map(([, name]) => name!))
}
