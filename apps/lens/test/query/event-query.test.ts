// Spans and log records on the real engine: filters over columns, attributes and resources; aggregations; lists.
import type { Result } from '@deye-hard/monitoring'
import { describe, expect, it } from 'vitest'
import { engineOfFile, MINUTE_MS, START_MS } from './asked-engine.ts'

const API = { 'service.name': 'solar-api' }
const stored = engineOfFile(async engine => {
  await engine.spans([
    {
      at: 0,
      name: 'a',
      nanoseconds: 1e9,
      error: true,
      strings: { 'http.route': '/x' },
      numbers: { 'http.response.status_code': 500 },
      resource: API,
    },
    {
      at: 1_000,
      name: 'b',
      nanoseconds: 2e9,
      strings: { 'http.route': '/x' },
      numbers: { 'http.response.status_code': 200 },
      resource: API,
    },
    { at: 70_000, name: 'c', nanoseconds: 4e9, strings: { 'http.route': '/y' }, bools: { flag: true } },
    { at: 75_000, name: 'd', nanoseconds: 8e9, strings: { odd: '7' }, numbers: { even: 4 } },
    { at: -1, name: 'before' },
    { at: 3_600_000, name: 'after' },
  ])
  await engine.logs([
    {
      at: 0,
      body: 'The Database is gone',
      severity: 'ERROR',
      strings: { logger: 'store' },
      numbers: { duration_ms: 5 },
      resource: API,
    },
    { at: 5, body: 'slow statement', severity: 'WARN', numbers: { duration_ms: 900 } },
    { at: 61_000, body: "it's 50% done", strings: { site_id: '1' } },
  ])
})

describe('spans filtered by', () => {
  it.each([
    ["service.name = 'solar-api'", 'ab'],
    ["resource.service.name != 'solar-api'", 'cd'],
    ["attribute.service.name = 'solar-api'", ''],
    ['attribute.even = 4', 'd'],
    ["http.route = '/x'", 'ab'],
    ["http.route != '/x'", 'cd'],
    ["http.route NOT IN ('/x', '/y')", 'd'],
    ['http.route EXISTS', 'abc'],
    ["attribute.http.route LIKE '/%'", 'abc'],
    ['http.response.status_code >= 300', 'a'],
    ["http.response.status_code = '200'", 'b'],
    ['http.response.status_code < 300', 'b'],
    ['http.response.status_code != 500', 'bcd'],
    ["http.response.status_code LIKE '5%'", 'a'],
    ['http.response.status_code BETWEEN 200 AND 299', 'b'],
    ['has_error = true', 'a'],
    ['has_error != true', 'bcd'],
    ['duration_nano > 2000000000', 'cd'],
    ["duration_nano >= '4s'", 'cd'],
    ["duration_nano < '1500ms'", 'a'],
    ["name IN ('a', 'd') AND NOT has_error = true", 'd'],
    ['isroot = true', 'abcd'],
    ['flag = true', 'c'],
    ['odd = 7', 'd'],
    ["even = '4'", 'd'],
    ["unheard.of = 'x'", ''],
    ["unheard.of != 'x'", 'abcd'],
    ["(name = 'a' OR name = 'b') http.response.status_code = 200", 'b'],
  ])('%s', async (expression, names) => {
    const query = builder('traces', { filter: { expression }, selectFields: [{ name: 'name' }] })
    expect(namesOf(await stored.current.ask([query], { requestType: 'raw' }))).toBe(names)
  })
})

describe('log records filtered by', () => {
  it.each([
    ["body CONTAINS 'DATABASE'", 1],
    ["body LIKE '%database%'", 1],
    ["body REGEXP 'GONE$'", 1],
    ["'database'", 1],
    ["'50% done'", 1],
    ["NOT 'gone'", 2],
    ["body = 'it\\'s 50% done'", 1],
    ["body CONTAINS '(('", 0],
    ["'(('", 0],
    ["hasToken(body, 'slow')", 1],
    ["severity_text IN ('WARN', 'ERROR')", 2],
    ['duration_ms > 100', 1],
    ["duration_ms = '5' AND logger = 'store'", 1],
    ['site_id IN $site', 3],
  ])('%s', async (expression, count) => {
    const query = builder('logs', { filter: { expression } })
    const [result] = await stored.current.ask([query], { requestType: 'raw', variables: { site: '__all__' } })
    expect(result?.kind === 'raw' ? result.rows.length : undefined).toBe(count)
  })
})

describe('aggregations', () => {
  it.each([
    ['count()', 4],
    ['count(http.route)', 3],
    ['count_distinct(http.route)', 2],
    ['sum(duration_nano)', 15e9],
    ['avg(http.response.status_code)', 350],
    ['min(duration_nano)', 1e9],
    ['max(odd)', 7],
    ['p50(duration_nano)', 3e9],
    ['p999(duration_nano)', 7.988e9],
    ['rate()', 4 / 3_600],
    ['rate_sum(duration_nano)', 15e9 / 3_600],
    ['countIf(has_error = true)', 1],
    ["sumIf(duration_nano, http.route = '/x' AND has_error = false)", 2e9],
    ['sum(unheard.of)', null],
  ])('%s', async (expression, expected) => {
    const query = builder('traces', { aggregations: [{ expression }] })
    const [result] = await stored.current.ask([query], { requestType: 'scalar' })
    const cell = result?.kind === 'scalar' ? result.rows[0]?.[0] : undefined
    if (typeof expected === 'number') expect(cell).toBeCloseTo(expected, 6)
    else expect(cell).toBe(expected)
  })

  it('are rows by group, the leading ones, with an empty group where the attribute is missing', async () => {
    const query = builder('traces', {
      aggregations: [{ expression: 'count()', alias: 'calls' }, { expression: 'p50(duration_nano)' }],
      groupBy: [{ name: 'http.route' }],
      having: { expression: 'calls >= 1' },
      order: [{ key: { name: 'p50(duration_nano)' }, direction: 'desc' }],
      limit: 2,
    })
    const [result] = await stored.current.ask([query], { requestType: 'scalar' })
    expect(result).toMatchObject({
      columns: [{ name: 'http.route', isGroup: true }, { name: '__result_0' }, { name: '__result_1' }],
      rows: [
        [null, 1, 8e9],
        ['/y', 1, 4e9],
      ],
    })
  })

  it('are series by step, of the groups that lead over the window', async () => {
    const query = builder('traces', {
      aggregations: [{ expression: 'count()' }],
      groupBy: [{ name: 'http.route' }],
      stepInterval: 60,
      limit: 1,
    })
    expect(await stored.current.ask([query])).toEqual([
      {
        query: 'A',
        kind: 'time_series',
        series: [{ labels: { 'http.route': '/x' }, values: [[START_MS, 2]] }],
      },
    ])
  })

  it('are several series with the name of each, which formulas tell apart', async () => {
    const query = builder('logs', {
      aggregations: [{ expression: 'count()' }, { expression: 'max(duration_ms)', alias: 'slowest' }],
      stepInterval: 60,
    })
    const [A, F1] = await stored.current.ask([
      query,
      { type: 'builder_formula', spec: { name: 'F1', expression: 'A.slowest / A.0' } },
    ])
    expect(A).toMatchObject({
      series: [
        {
          aggregation: 'count()',
          values: [
            [START_MS, 2],
            [START_MS + MINUTE_MS, 1],
          ],
        },
        { aggregation: 'slowest', values: [[START_MS, 900]] },
      ],
    })
    expect(F1).toMatchObject({ series: [{ values: [[START_MS, 450]] }] })
  })
})

describe('a list', () => {
  it('is the newest first, within limit and offset', async () => {
    const query = builder('traces', { selectFields: [{ name: 'name' }], limit: 2, offset: 1 })
    expect(namesOf(await stored.current.ask([query], { requestType: 'raw' }), false)).toBe('cb')
  })

  it('is ordered by what the query says', async () => {
    const order = [{ key: { name: 'duration_nano' }, direction: 'asc' }]
    const query = builder('traces', { selectFields: [{ name: 'name' }], order })
    expect(namesOf(await stored.current.ask([query], { requestType: 'raw' }), false)).toBe('abcd')
  })

  it('has whole records where no field is selected, and null for a selected one that is missing', async () => {
    const whole = builder('logs', { limit: 1 })
    const [result] = await stored.current.ask([whole], { requestType: 'raw' })
    expect(result).toMatchObject({
      rows: [
        {
          ms: START_MS + 61_000,
          data: { body: "it's 50% done", attributes: { site_id: '1' }, resource: {} },
        },
      ],
    })
    const some = builder('logs', {
      limit: 1,
      selectFields: [{ name: 'duration_ms' }, { name: 'service.name' }],
    })
    const [selected] = await stored.current.ask([some], { requestType: 'raw' })
    expect(selected).toMatchObject({ rows: [{ data: { duration_ms: null, 'service.name': null } }] })
  })
})

function builder(signal: 'traces' | 'logs', spec: object): object {
  return { type: 'builder_query', spec: { name: 'A', signal, ...spec } }
}

function namesOf([result]: readonly Result[], isSorted = true): string {
  const names = result?.kind === 'raw' ? result.rows.map(({ data }) => String(data.name)) : []
  return (isSorted ? names.sort() : names).join('')
}
