// What one sender can do to lens: nothing beyond the limits, and each limit that is hit is counted.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CUT_REASONS, DROP_REASONS } from '../../src/intake/counts.ts'
import { type IntakeForTests, intakeForTests, RECORD, sendHttp } from './intake-for-tests.ts'
import { attributes } from './sample-requests.ts'

const HOUR_MS = 3_600_000

let lens: IntakeForTests

beforeAll(async () => {
  lens = await intakeForTests({ messageMax: 5_000_000 })
})

afterAll(() => lens.stop())

const nanos = (ms: number) => String(BigInt(Math.floor(ms)) * 1_000_000n)
const send = async (signal: string, message: object): Promise<string> => {
  const response = await sendHttp(lens.intake.ports.http, signal, JSON.stringify(message))
  expect(response.status).toBe(200)
  return response.text()
}
const gauge = (name: string, points: object[]) => ({
  resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name, gauge: { dataPoints: points } }] }] }],
})
const log = (record: object) => ({
  resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: nanos(Date.now()), ...record }] }] }],
})
const span = (rest: object) => ({
  resourceSpans: [
    {
      scopeSpans: [
        {
          spans: [
            {
              traceId: 'a'.repeat(32),
              spanId: 'b'.repeat(16),
              name: 'x',
              startTimeUnixNano: nanos(Date.now()),
              endTimeUnixNano: nanos(Date.now()),
              ...rest,
            },
          ],
        },
      ],
    },
  ],
})
const dropped = (signal: 'metrics' | 'logs' | 'traces') => lens.intake.status().signals[signal].dropped

describe('a clock that is off', () => {
  it.each([
    ['metrics', (ms: number) => gauge('clock', [{ timeUnixNano: nanos(ms), asDouble: 1 }])],
    ['logs', (ms: number) => log({ timeUnixNano: nanos(ms) })],
    ['traces', (ms: number) => span({ startTimeUnixNano: nanos(ms), endTimeUnixNano: nanos(ms) })],
  ] as const)(
    '%s of the next hour and of two days ago are refused, of the last minute taken',
    async (signal, message) => {
      const before = dropped(signal)
      expect(await send(signal, message(Date.now() + HOUR_MS))).toContain('ahead_of_clock: 1')
      expect(await send(signal, message(Date.now() - 48 * HOUR_MS))).toContain('too_old: 1')
      expect(await send(signal, message(Date.now() - 60_000))).toBe('{}')
      const after = dropped(signal)
      expect([after.ahead_of_clock - before.ahead_of_clock, after.too_old - before.too_old]).toEqual([1, 1])
    },
  )
})

it('numbers: NaN is refused, infinite ones are kept as SigNoz keeps them', async () => {
  const point = (asDouble: unknown, a: string) => ({
    timeUnixNano: nanos(Date.now()),
    asDouble,
    attributes: attributes({ a }),
  })
  const answer = await send(
    'metrics',
    gauge('numbers', [point('NaN', 'n'), point('Infinity', 'i'), point('-Infinity', 'm'), point(1e300, 'l')]),
  )
  expect(answer).toContain('not_a_number: 1')
  await lens.intake.flush()
  const rows = await lens.engine.query(
    "SELECT toString(value) AS v FROM signoz_metrics.samples_v4 WHERE metric_name = 'numbers' ORDER BY v",
  )
  expect(rows).toEqual([{ v: '-inf' }, { v: '1e300' }, { v: 'inf' }])
})

it('10,000 new values of a label make the series that one metric may have, and no more', async () => {
  const points = Array.from({ length: 10_000 }, (_, i) => ({
    timeUnixNano: nanos(Date.now()),
    asDouble: i,
    attributes: attributes({ user: `u${i}` }),
  }))
  const before = lens.intake.status()
  expect(await send('metrics', gauge('exploding', points))).toContain(
    `series_limit: ${10_000 - RECORD.seriesPerMetricMax}`,
  )
  expect(lens.intake.status().series - before.series).toBe(RECORD.seriesPerMetricMax)
  await lens.intake.flush()
  const [row] = await lens.engine.query(
    "SELECT uniqExact(fingerprint) AS n FROM signoz_metrics.time_series_v4 WHERE metric_name = 'exploding'",
  )
  expect(row).toEqual({ n: String(RECORD.seriesPerMetricMax) })
  // Who was there before goes on, and other metrics too.
  expect(await send('metrics', gauge('exploding', points.slice(0, 3)))).toBe('{}')
  expect(await send('metrics', gauge('calm', points.slice(0, 3)))).toBe('{}')
})

it('huge attributes, bodies and lists of events are cut, and the record is kept', async () => {
  const before = lens.intake.status().cut
  const long = 'x'.repeat(5_000)
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, `${i}`]))
  await send(
    'logs',
    log({
      body: { stringValue: long },
      severityText: 'HUGE',
      attributes: attributes({ long, nested: { long }, [long]: 'v' }),
    }),
  )
  await send(
    'traces',
    span({
      name: long,
      attributes: attributes(many),
      events: Array.from({ length: 30 }, () => ({ name: 'e', attributes: attributes({ long }) })),
    }),
  )
  await send(
    'metrics',
    gauge('huge', [{ timeUnixNano: nanos(Date.now()), asDouble: 1, attributes: attributes({ long }) }]),
  )
  await lens.intake.flush()
  const { cut } = lens.intake.status()
  const counted = Object.fromEntries(CUT_REASONS.map(reason => [reason, cut[reason] - before[reason]]))
  expect(counted).toEqual({
    value_bytes: 13,
    key_bytes: 1,
    body_bytes: 1,
    attribute_count: 18,
    event_count: 20,
  })
  const [line] = await lens.engine.query(
    "SELECT length(body) AS body, attributes_string['long'] AS value FROM signoz_logs.logs_v2 WHERE severity_text = 'HUGE'",
  )
  expect(line).toEqual({ body: String(RECORD.bodyMax + 3), value: `${'x'.repeat(RECORD.valueMax)}…` })
  const [stored] = await lens.engine.query(
    'SELECT length(name) AS l, length(attributes_string) AS n, length(events) AS e FROM signoz_traces.signoz_index_v3 WHERE length(events) > 0',
  )
  expect(stored).toEqual({
    l: String(RECORD.valueMax),
    n: String(RECORD.attributesMax),
    e: String(RECORD.eventsMax),
  })
})

it('text of any kind reaches the tables as it was sent', async () => {
  const text = 'quote " backslash \\ newline \n tab \t nul \u0000 euro € pair 😀 sql \'; DROP TABLE x'
  await send(
    'logs',
    log({ severityText: 'TEXT', body: { stringValue: text }, attributes: attributes({ [`k'"\\`]: text }) }),
  )
  await lens.intake.flush()
  const [row] = await lens.engine.query(
    "SELECT body, attributes_string AS a FROM signoz_logs.logs_v2 WHERE severity_text = 'TEXT'",
  )
  expect(row).toEqual({ body: text, a: { [`k'"\\`]: text } })
})

it('half of a surrogate pair costs no batch', async () => {
  await send('logs', log({ severityText: 'HALF', body: { stringValue: 'half \ud800.' } }))
  await lens.intake.flush()
  const [row] = await lens.engine.query(
    "SELECT startsWith(body, 'half ') AS there FROM signoz_logs.logs_v2 WHERE severity_text = 'HALF'",
  )
  expect(row).toEqual({ there: 1 })
})

it('a span with ids of a wrong length is refused', async () => {
  expect(await send('traces', span({ traceId: 'a'.repeat(40) }))).toContain('wrong_id: 1')
  expect(await send('traces', span({ spanId: '' }))).toContain('wrong_id: 1')
})

it('what has neither name nor kind is refused or ignored', async () => {
  expect(await send('metrics', gauge('', [{ timeUnixNano: nanos(Date.now()), asDouble: 1 }]))).toContain(
    'no_name: 1',
  )
  expect(
    await send('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'empty' }] }] }] }),
  ).toBe('{}')
  expect(await send('traces', { resourceSpans: [{}] })).toBe('{}')
})

it('received is stored and dropped, for each signal and with nothing left over', async () => {
  await lens.intake.flush()
  const { signals, queue } = lens.intake.status()
  expect(queue).toMatchObject({ rows: 0, bytes: 0 })
  for (const { received, stored, dropped: lost } of Object.values(signals)) {
    expect(received).toBe(stored + DROP_REASONS.reduce((sum, reason) => sum + lost[reason], 0))
    expect(received).toBeGreaterThan(0)
  }
})
