// The results of several queries as one table.
import { expect, it } from 'vitest'
import { tableRows } from '../../src/pages/drawing/table-rows.ts'

const NO_FORMAT = { columnUnits: {}, thresholds: [] }
const group = (name: string) => ({ name, isGroup: true })
const value = (name: string) => ({ name, isGroup: false })

it('joins queries by their groups; what a query does not know is a dash', () => {
  const table = tableRows(
    {
      results: [
        {
          query: 'A',
          kind: 'scalar',
          columns: [group('site.id'), value('__result_0')],
          rows: [
            ['1', 10],
            ['2', 20],
          ],
        },
        { query: 'B', kind: 'scalar', columns: [group('site.id'), value('__result_0')], rows: [['2', 0.5]] },
      ],
    },
    [
      { name: 'A', legend: 'loggers', expressions: ['sum(x)'] },
      { name: 'B', expressions: ['avg(y)'] },
    ],
    { columnUnits: { B: 'percentunit' }, thresholds: [] },
  )
  expect(table.columns.map(({ title }) => title)).toEqual(['site.id', 'loggers', 'avg(y)'])
  expect(table.rows.map(({ cells }) => cells.map(({ text }) => text))).toEqual([
    ['1', '10', '—'],
    ['2', '20', '50%'],
  ])
  expect(table.rows[1]?.labels).toEqual({ 'site.id': '2' })
})

it('names the columns of several aggregations by their expressions, as units do', () => {
  const table = tableRows(
    {
      results: [
        {
          query: 'A',
          kind: 'scalar',
          columns: [value('__result_0'), value('__result_1')],
          rows: [[3, 2_000_000]],
        },
      ],
    },
    [{ name: 'A', expressions: ['count()', 'p95(duration_nano)'] }],
    { columnUnits: { 'A.p95(duration_nano)': 'ns' }, thresholds: [] },
  )
  expect(table.rows[0]?.cells.map(({ text }) => text)).toEqual(['3', '2 ms'])
})

it('takes the names of columns from a statement', () => {
  const table = tableRows(
    {
      results: [
        { query: 'A', kind: 'scalar', columns: [group('service'), value('running')], rows: [['api', 7_200]] },
      ],
    },
    [{ name: 'A', expressions: [] }],
    { columnUnits: { running: 's' }, thresholds: [] },
  )
  expect(table.columns[1]?.title).toBe('running')
  expect(table.rows[0]?.cells[1]?.text).toBe('2 h')
})

it('marks a cell by the first threshold of its column that it passed', () => {
  const red = { value: 0.5, operator: 'above', color: 'Red', format: 'text', columnName: 'A' } as const
  const orange = { ...red, value: 0.1, color: 'Orange' }
  const other = { ...red, value: 0, columnName: 'B' }
  const table = tableRows(
    { results: [{ query: 'A', kind: 'scalar', columns: [value('__result_0')], rows: [[0.7], [0.2], [0]] }] },
    [{ name: 'A', expressions: ['x'] }],
    { ...NO_FORMAT, thresholds: [other, red, orange] },
  )
  // Without groups all rows are one; the last stands.
  expect(table.rows).toHaveLength(1)
  const colors = [0.7, 0.2, 0].map(
    held =>
      tableRows(
        { results: [{ query: 'A', kind: 'scalar', columns: [value('__result_0')], rows: [[held]] }] },
        [{ name: 'A', expressions: ['x'] }],
        { ...NO_FORMAT, thresholds: [other, red, orange] },
      ).rows[0]?.cells[0]?.threshold?.color,
  )
  expect(colors).toEqual(['Red', 'Orange', undefined])
})
