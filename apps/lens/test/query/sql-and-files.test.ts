// ClickHouse SQL on the real engine, and every query of the repository: each of its statements runs.
import { join } from 'node:path'
import {
  ALL_VALUES,
  loadMonitoring,
  type QueryRequest,
  queriesOfPanel,
  queriesOfRule,
} from '@deye-hard/monitoring'
import { describe, expect, it } from 'vitest'
import { engineOfFile, START_MS } from './asked-engine.ts'

const ROOT = join(import.meta.dirname, '../../../..')
const { monitoring } = loadMonitoring(ROOT)
const stored = engineOfFile(async engine => {
  await engine.series([
    {
      metric: 'g',
      labels: { 'site.id': '1' },
      points: [
        [0, 1],
        [60_000, 3],
      ],
    },
    { metric: 'g', labels: { 'site.id': '2' }, points: [[0, 5]] },
  ])
})

const BY_SITE = `SELECT toStartOfMinute(fromUnixTimestamp64Milli(s.unix_milli)) AS ts,
  JSONExtractString(t.labels, 'site.id') AS \`site.id\`, avg(s.value) AS value
FROM signoz_metrics.distributed_samples_v4 AS s
INNER JOIN (SELECT DISTINCT fingerprint, labels FROM signoz_metrics.time_series_v4 WHERE metric_name = 'g') AS t ON s.fingerprint = t.fingerprint
WHERE s.unix_milli BETWEEN {{.start_timestamp_ms}} AND {{.end_timestamp_ms}} AND ('__all__' IN ($site) OR \`site.id\` IN ($site))
GROUP BY ts, \`site.id\` ORDER BY ts -- the newest last`

describe('SQL', () => {
  it.each([
    [ALL_VALUES, ['1', '2']],
    [['2'], ['2']],
  ])('with sites %s has their series', async (site, sites) => {
    const [result] = await stored.current.ask([sql(BY_SITE)], { variables: { site } })
    const series = result?.kind === 'time_series' ? result.series : []
    expect(series.map(({ labels }) => labels['site.id']).sort()).toEqual(sites)
    expect(series.find(({ labels }) => labels['site.id'] === '2')?.values).toEqual([[START_MS, 5]])
  })

  it('as a table keeps the order of its rows', async () => {
    const query =
      "SELECT concat('n', toString(number)) AS name, number AS n FROM numbers(50) ORDER BY n DESC;"
    const [result] = await stored.current.ask([sql(query)], { requestType: 'scalar' })
    const rows = result?.kind === 'scalar' ? result.rows : []
    expect(rows.map(([, n]) => n)).toEqual(Array.from({ length: 50 }, (_, index) => 49 - index))
    expect(result).toMatchObject({
      columns: [
        { name: 'name', isGroup: true },
        { name: 'n', isGroup: false },
      ],
    })
  })
})

describe('the statements of the repository run', () => {
  it.each(monitoring.dashboards)('$name', async ({ document }) => {
    const variables = Object.fromEntries(document.spec.variables.map(({ spec }) => [spec.name, ALL_VALUES]))
    for (const panel of Object.values(document.spec.panels)) {
      const requestType = panel.spec.queries[0]!.kind as QueryRequest['requestType']
      const shown = queriesOfPanel(panel, '').filter(({ spec }) => spec.disabled !== true)
      const results = await stored.current.ask(queriesOfPanel(panel, ''), { requestType, variables })
      expect(results.map(({ query }) => query)).toEqual(shown.map(({ spec }) => spec.name))
    }
  })

  it('of the rules', async () => {
    for (const rule of monitoring.rules) await stored.current.ask(queriesOfRule(rule))
  })
})

function sql(query: string): object {
  return { type: 'clickhouse_sql', spec: { name: 'A', query } }
}
