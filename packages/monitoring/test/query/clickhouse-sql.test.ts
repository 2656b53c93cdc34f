// Placeholders of ClickHouse SQL, and rows that become series or a table by the types of their columns.
import { describe, expect, it } from 'vitest'
import { END_MS, planned, refusal, START_MS, sql } from './asked.ts'

const TYPES = 'Tuple(DateTime, LowCardinality(String), Float64)'

describe('placeholders', () => {
  it.each([
    ['{{.start_timestamp}}', '1767225600'],
    ['{{ .end_timestamp }}', '1767229200'],
    ['{{.start_timestamp_ms}}', String(START_MS)],
    ['{{.end_timestamp_ms}}', String(END_MS)],
    ['{{.end_timestamp_nano}}', `${END_MS}000000`],
    ['$start_timestamp_ms', String(START_MS)],
    ['{{.start_datetime}}', 'toDateTime(1767225600)'],
    ['{{.site}}', "['1','it\\'s']"],
    ['[[inverter]]', "'__all__'"],
    ['{{inverter}}', "'__all__'"],
    ['IN ($site)', "IN (['1','it\\'s'])"],
    ['$site_name', "'north'"],
    ['{{.floor}}', '3'],
  ])('%s', (placeholder, filled) => {
    const variables = { site: ['1', "it's"], inverter: '__all__', site_name: 'north', floor: 3 }
    const { statements } = planned([sql(`SELECT ${placeholder}`)], { variables })
    expect(statements[0]?.sql).toContain(`SELECT ${filled}\n`)
  })

  it('without a value are refused', () => {
    expect(refusal([sql('SELECT {{.nope}}')])).toBe('A: {{.nope}} has no value')
  })
})

it.each(['INSERT INTO t VALUES (1)', 'DROP TABLE t', ''])('%s is refused', query => {
  expect(refusal([sql(query)])).toBe('A: expected a SELECT')
})

it('a list is refused', () => {
  expect(refusal([sql('SELECT 1')], { requestType: 'raw' })).toContain('a list is a builder query')
})

describe('rows', () => {
  it('are points by their time, their number and their labels', () => {
    const rows = [
      { __types: TYPES, ts: '1767225660', part: 'p50', v: 2 },
      { __types: TYPES, ts: '1767225600', part: 'p50', v: '1.5' },
      { __types: TYPES, ts: '1767225600', part: 'max', v: null },
    ]
    const { results } = planned([sql('SELECT 1')]).finish(new Map([['A', rows]]))
    expect(results).toEqual([
      {
        query: 'A',
        kind: 'time_series',
        series: [
          {
            labels: { part: 'p50' },
            values: [
              [START_MS, 1.5],
              [START_MS + 60_000, 2],
            ],
          },
        ],
      },
    ])
  })

  it('with several numbers have the one that is named so as value, and no narrow ones', () => {
    const __types = "Tuple(DateTime64(3, 'UTC'), Int64, UInt8, Nullable(Float64))"
    const rows = [{ __types, ts: '1767225600.250', shard: 7, narrow: 1, value: 2 }]
    const { results } = planned([sql('SELECT 1')]).finish(new Map([['A', rows]]))
    expect(results[0]).toMatchObject({ series: [{ labels: { shard: '7' }, values: [[START_MS + 250, 2]] }] })
  })

  it('are a table whose numbers are results', () => {
    const rows = [{ __types: 'Tuple(String, UInt64, DateTime)', service: 'api', n: '3', at: '1767225600' }]
    const plan = planned([sql('SELECT 1')], { requestType: 'scalar' })
    expect(plan.finish(new Map([['A', rows]])).results[0]).toEqual({
      query: 'A',
      kind: 'scalar',
      columns: [
        { name: 'service', isGroup: true },
        { name: 'n', isGroup: false },
        { name: 'at', isGroup: true },
      ],
      rows: [['api', 3, '2026-01-01T00:00:00.000Z']],
    })
  })
})
