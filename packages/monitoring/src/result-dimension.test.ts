// What the numbers of a query are, and under which units they may be drawn.
import { describe, expect, it } from 'vitest'
import type { PlacedQuery } from './placed-query.ts'
import { dimensionOfResult } from './result-dimension.ts'
import { dimensionOf, isConvertible, isShownRightly } from './units.ts'

function metric(
  name: string,
  metricName: string,
  timeAggregation: string,
  spaceAggregation: string,
): PlacedQuery {
  const spec = { name, signal: 'metrics', aggregations: [{ metricName, timeAggregation, spaceAggregation }] }
  return { type: 'builder_query', path: '', spec } as unknown as PlacedQuery
}

function events(signal: 'traces' | 'logs', expression: string): PlacedQuery {
  return { type: 'builder_query', path: '', spec: { name: 'A', signal, aggregations: [{ expression }] } }
}

const inputs = [
  metric('A', 'solar.frames.rejected', 'increase', 'sum'),
  metric('B', 'solar.frames.received', 'increase', 'sum'),
  metric('C', 'solar.storage.write.duration.sum', 'rate', 'sum'),
  metric('D', 'solar.storage.write.duration.count', 'rate', 'sum'),
  metric('E', 'pg_settings_max_connections', 'latest', 'max'),
]
function formula(expression: string): PlacedQuery {
  return { type: 'builder_formula', path: '', spec: { name: 'F1', expression } }
}

const shown: readonly [PlacedQuery, right: string[], wrong: string[]][] = [
  [metric('A', 'solar.spool.size', 'latest', 'sum'), ['bytes', 'By'], ['kbytes', 'short', 's', 'percent']],
  [metric('A', 'solar.spool.oldest_age', 'latest', 'max'), ['s'], ['ms', 'm', 'short', '']],
  [
    metric('A', 'solar.frames.received', 'rate', 'sum'),
    ['reqps', 'cps', '{frame}/s', 'ops'],
    ['cpm', 'percent', 'short'],
  ],
  [
    metric('A', 'solar.frames.received', 'increase', 'sum'),
    ['short', '', 'none', '{frame}'],
    ['cps', 's', 'percent'],
  ],
  [metric('A', 'solar.collector.garbage', 'rate', 'sum'), ['Bps', 'binBps', 'By/s'], ['bytes', 'cps']],
  [
    metric('A', 'process_cpu_seconds_total', 'rate', 'sum'),
    ['percentunit', 'short'],
    ['percent', 's', 'cps'],
  ],
  [
    metric('A', 'solar.logger.state', 'latest', 'sum'),
    ['short', '{logger}'],
    ['percent', 'percentunit', 's'],
  ],
  [metric('A', 'solar.logger.wifi_signal', 'latest', 'avg'), ['percent'], ['percentunit', 'short']],
  [metric('A', 'solar.logger.message_rate', 'latest', 'sum'), ['cpm', '{message}/min'], ['cps', 'short']],
  [metric('A', 'solar.storage.write.duration.bucket', 'rate', 'p95'), ['s'], ['ms', 'percentunit']],
  [metric('A', 'pg_database_size_bytes', 'latest', 'sum'), ['bytes'], ['s', 'short']],
  [metric('A', 'pg_stat_database_blk_read_time', 'increase', 'sum'), ['ms'], ['s']],
  [metric('A', 'system.filesystem.usage', 'latest', 'count'), ['short'], ['bytes']],
  [events('traces', 'p95(duration_nano)'), ['ns'], ['ms', 's', 'short']],
  [events('traces', 'countIf(has_error = true)'), ['short'], ['ns', 'percent']],
  [events('logs', 'rate()'), ['cps'], ['short']],
  [events('logs', 'avg(duration_ms)'), ['ms'], ['ns']],
  [formula('A / B * 100'), ['percent'], ['percentunit', 'short']],
  [formula('100 * A / B'), ['percent'], ['percentunit']],
  [formula('100 - A / B * 100'), ['percent'], ['percentunit']],
  [formula('A / (A + B)'), ['percentunit', 'short'], ['percent', 's']],
  [formula('C / D'), ['s'], ['ms', 'cps', 'percentunit']],
  [formula('C / D * 1000'), ['ms'], ['s']],
  [formula('D * 60'), ['cpm'], ['cps']],
]

describe('numbers', () => {
  it.each(shown)('of %j are drawn under the units that they are in', (query, right, wrong) => {
    const dimension = dimensionOfResult(query, inputs)!
    expect(right.filter(unit => !isShownRightly(dimension, unit))).toEqual([])
    expect(wrong.filter(unit => isShownRightly(dimension, unit))).toEqual([])
  })

  it('are not judged where nothing is known of them', () => {
    const unknown = [
      formula('A / E'),
      formula('log(A)'),
      formula('A / (1 + 1000 * B)'),
      events('logs', 'sum(failures)'),
    ]
    expect(unknown.map(query => dimensionOfResult(query, inputs))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })
})

it('knows which units SigNoz converts into each other', () => {
  expect(isConvertible('m', 's')).toBe(true)
  expect(isConvertible('percent', 'percentunit')).toBe(true)
  expect(isConvertible('', 'short')).toBe(true)
  expect(isConvertible('percent', 's')).toBe(false)
  expect(isConvertible('', 'percent')).toBe(false)
  expect(isConvertible('parsec', 's')).toBe(false)
  expect(dimensionOf('parsec')).toBeUndefined()
})
