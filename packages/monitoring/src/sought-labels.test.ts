// Every metric that a panel asks for is among those sought, with values that its filter takes.
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { loadMonitoring } from './load.ts'
import { queriesOfPanel } from './placed-query.ts'
import { soughtLabels } from './sought-labels.ts'

const { monitoring } = loadMonitoring(resolve(import.meta.dirname, '../../..'))
const sought = soughtLabels(
  monitoring.dashboards.flatMap(({ document }) =>
    Object.values(document.spec.panels).flatMap(panel => queriesOfPanel(panel, '')),
  ),
)

test('names the values of filters, and none of variables', () => {
  expect(sought.get('up')).toContainEqual({ 'service.name': 'solar-api' })
  expect(
    [...sought.values()]
      .flat()
      .flatMap(one => Object.values(one))
      .filter(one => /[$%^]/.test(one)),
  ).toEqual([])
})

test('knows the metrics of SQL', () => {
  const sql = JSON.stringify(monitoring.dashboards.map(({ document }) => document)).matchAll(
    /metric_name = '([\w.]+)'/g,
  )
  const names = [...sql].map(([, name]) => name!)
  expect(names.length).toBeGreaterThan(0)
  expect(names.filter(name => !sought.has(name))).toEqual([])
})
