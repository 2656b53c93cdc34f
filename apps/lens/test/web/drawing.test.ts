// What links, times, waterfalls and facts are drawn from.
import { describe, expect, it } from 'vitest'
import { healthFacts } from '../../src/pages/drawing/health-facts.ts'
import { lensAddress, linkTarget } from '../../src/pages/drawing/panel-link.ts'
import { rawField } from '../../src/pages/drawing/raw-field.ts'
import { isLive, readRange } from '../../src/pages/drawing/time-range.ts'
import { type TraceSpan, waterfall } from '../../src/pages/drawing/waterfall.ts'

const NOW = 1_800_000_000_000

describe('the time of a page', () => {
  it('is relative or in milliseconds', () => {
    expect(readRange('now-1h', 'now', NOW)).toEqual({ startMs: NOW - 3_600_000, endMs: NOW })
    expect(readRange(String(NOW - 5), String(NOW), NOW + 99)).toEqual({ startMs: NOW - 5, endMs: NOW })
  })
  it.each([
    ['yesterday', 'now'],
    ['now', 'now-1h'],
    [null, null],
    ['', ''],
  ])('%j to %j is the default', (from, to) => {
    expect(readRange(from, to, NOW)).toEqual({ startMs: NOW - 1_800_000, endMs: NOW })
  })
  it('moves when it ends now', () => {
    expect([isLive(null), isLive('now'), isLive(String(NOW))]).toEqual([true, true, false])
  })
})

describe('links of SigNoz', () => {
  const context = {
    range: { startMs: 1_000, endMs: 2_000 },
    labels: { 'http.route': "/a'b", 'site.id': '12' },
    variables: {},
  }
  it('become pages of lens with time and filter', () => {
    const query = '{"builder":{"queryData":[{"filter":{"expression":"http.route = \'{{_http.route}}\'"}}]}}'
    const url = `/traces-explorer?startTime={{timestamp_start}}&endTime={{timestamp_end}}&compositeQuery=${query}`
    const target = new URL(linkTarget(url, context)!, 'http://lens')
    expect(target.pathname).toBe('/traces')
    expect(Object.fromEntries(target.searchParams)).toEqual({
      from: '1000',
      to: '2000',
      filter: "http.route = '/a\\'b'",
    })
  })
  it('keep the variables of a dashboard', () => {
    const url = '/dashboard/$dashboard(fleet)?variables={"site":["{{_site.id}}"]}'
    expect(linkTarget(url, context)).toBe('/dashboards/fleet?var-site=12')
    expect(lensAddress('/dashboard/home')).toBe('/dashboards/home')
    expect(lensAddress('/alerts/overview?ruleId=ApiLatency')).toBe('/alerts/ApiLatency')
    expect(lensAddress(`/trace/${'a'.repeat(32)}`)).toBe(`/traces/${'a'.repeat(32)}`)
  })
  it('are not there without the label that they need, and others stay', () => {
    expect(linkTarget('/logs/logs-explorer?x={{_missing}}', context)).toBeNull()
    expect(linkTarget('https://example.org/{{_site.id}}', context)).toBe('https://example.org/12')
    expect(lensAddress('/logs/logs-explorer?compositeQuery={cut')).toBe('/logs')
  })
})

describe('a waterfall', () => {
  const span = (spanId: string, parentSpanId: string, startMs: number, durationMs = 10): TraceSpan => ({
    spanId,
    parentSpanId,
    startMs,
    durationMs,
    name: spanId,
    service: 's',
    kind: 'Internal',
    hasError: false,
    statusMessage: '',
    attributes: {},
    resource: {},
    events: [],
  })
  it('is depth first, by start, with places in the time of the trace', () => {
    const drawn = waterfall([
      span('c', 'a', 60, 40),
      span('b', 'a', 20),
      span('d', 'b', 25, 1),
      span('a', '', 0, 100),
    ])
    expect(drawn.rows.map(row => [row.span.spanId, row.depth])).toEqual([
      ['a', 0],
      ['b', 1],
      ['d', 2],
      ['c', 1],
    ])
    expect(drawn.rows.at(-1)).toMatchObject({ offset: 0.6, width: 0.4, isOrphan: false })
  })
  it('shows a span whose parent is not kept, and ends with circles', () => {
    const drawn = waterfall([
      span('x', 'gone', 0),
      span('y', 'z', 0),
      span('z', 'y', 0),
      span('self', 'self', 0),
    ])
    expect(drawn.rows.find(row => row.span.spanId === 'x')?.isOrphan).toBe(true)
    expect(drawn.rows.map(row => row.span.spanId).sort()).toEqual(['self', 'x', 'y', 'z'])
  })
})

it('a field of a row is found where it stands', () => {
  const data = {
    name: 'GET',
    attributes: { 'http.route': '/x', ok: false },
    resource: { 'service.name': 'api' },
  }
  expect(['name', 'http.route', 'service.name', 'ok', 'nothing'].map(name => rawField(data, name))).toEqual([
    'GET',
    '/x',
    'api',
    false,
    undefined,
  ])
})

it('facts of health have troubles apart, and say how many counters are quiet', () => {
  const [part] = healthFacts({
    intake: {
      targets: [{ job: 'solar-api', pid: 12_345 }],
      received: 12_345,
      dropped: { too_old: 0, queue_full: 3 },
      lastError: null,
      queue: { bytes: 2_048 },
    },
  })
  expect(part).toEqual({
    name: 'intake',
    troubles: [{ path: 'dropped.queue_full', text: '3' }],
    facts: [
      { path: 'targets.solar-api.job', text: 'solar-api' },
      { path: 'targets.solar-api.pid', text: '12345' },
      { path: 'received', text: '12,345' },
      { path: 'queue.bytes', text: '2 KiB' },
    ],
    quiet: 2,
  })
})
