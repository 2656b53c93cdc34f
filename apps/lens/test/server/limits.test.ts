// Every limit of the pages: what is beyond it is left out or refused, the answer says so, and the health page counts it.
import { connect } from 'node:net'
import { waitUntil } from '@deye-hard/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pageLimitsOf, pageSettings } from '../../src/page-settings.ts'
import { askRows } from '../../src/pages/ask.ts'
import { PAGE_LIMITS, type PageLimits } from '../../src/pages/bounds.ts'
import type {
  FleetAnswer,
  HealthAnswer,
  LogsAnswer,
  LogVolumeAnswer,
  PanelAnswer,
  QueryDurationsAnswer,
  TailAnswer,
  TraceAnswer,
  TracesAnswer,
} from '../../src/pages/page-shapes.ts'
import type { VariableAnswer } from '../../src/pages/variable-values.ts'
import { readLensSettings } from '../../src/settings.ts'
import { type LensForTests, lensForTests, NO_FRONT_END } from './lens-for-tests.ts'
import { FAILED_TRACE, FLEET } from './telemetry.ts'

const SMALL: PageLimits = {
  rows: 2,
  offset: 3,
  tailLines: 2,
  traceSpans: 1,
  traceLines: 0,
  series: 1,
  variableValues: 1,
  operations: 0,
  loggers: 2,
  curves: 1,
  frameRows: 1,
  bodyBytes: 600,
  connections: 12,
}

let lens: LensForTests
beforeAll(async () => {
  lens = await lensForTests(NO_FRONT_END, SMALL)
})
afterAll(() => lens?.stop())

const range = () => ({ startMs: lens.nowMs - 1_860_000, endMs: lens.nowMs })
const list = (more: object = {}) => ({ ...range(), filter: '', limit: 2, offset: 0, ...more })
const getJson = async <T>(path: string) => (await (await fetch(lens.server.url + path)).json()) as T
const post = (path: string, body: unknown) =>
  fetch(lens.server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const postJson = async <T>(path: string, body: unknown) => (await (await post(path, body)).json()) as T
const hits = async () => {
  const { parts } = await getJson<HealthAnswer>('/api/health')
  return (parts['pages'] as { overflow: Record<keyof PageLimits, number> }).overflow
}

/** What `ask` gives, once it was seen that the limit was counted once. */
async function hitting<T>(limit: keyof PageLimits, ask: () => Promise<T>): Promise<T> {
  const before = await hits()
  const answer = await ask()
  expect((await hits())[limit]).toBe(before[limit] + 1)
  return answer
}

it('lists have so many rows, and can be turned back so far', async () => {
  const logs = await hitting('rows', () => postJson<LogsAnswer>('/api/logs', list({ limit: 500 })))
  expect(logs).toMatchObject({ kind: 'data', isMore: true, lines: { length: 2 } })
  const spans = { rootsOnly: false, slowestFirst: false }
  const traces = await hitting('rows', () =>
    postJson<TracesAnswer>('/api/traces', list({ limit: 3, ...spans })),
  )
  expect(traces).toMatchObject({ kind: 'data', isMore: true, spans: { length: 2 } })
  const deep = await hitting('offset', () => postJson<LogsAnswer>('/api/logs', list({ offset: 4 })))
  expect(deep).toMatchObject({ kind: 'refused', reason: expect.stringContaining('3 rows at most') })
  expect(await postJson('/api/logs', list({ offset: 3 }))).toMatchObject({ kind: 'data' })
})

it('the live tail says that more came than it shows', async () => {
  const tail = await hitting('tailLines', () =>
    postJson<TailAnswer>('/api/logs/tail', { ...range(), filter: '' }),
  )
  expect(tail).toMatchObject({ kind: 'data', isMore: true, linesMax: 2, lines: { length: 2 } })
})

it('a trace keeps its first spans and lines', async () => {
  const before = await hits()
  const trace = await getJson<TraceAnswer>(`/api/traces/${FAILED_TRACE}`)
  expect(trace).toMatchObject({ isCut: true, spans: { length: 1 }, logs: { length: 0 } })
  const after = await hits()
  expect([after.traceSpans, after.traceLines]).toEqual([before.traceSpans + 1, before.traceLines + 1])
})

it('a chart has so many lines', async () => {
  const body = {
    dashboard: 'home',
    panel: 'loggers-by-state',
    ...range(),
    variables: { environment: '__all__' },
  }
  const panel = await hitting('series', () => postJson<PanelAnswer>('/api/query', body))
  expect(panel).toMatchObject({ kind: 'data', seriesLeft: 4, results: [{ series: { length: 1 } }] })
  const volume = await hitting('series', () => postJson<LogVolumeAnswer>('/api/logs/volume', list()))
  expect(volume).toMatchObject({ kind: 'data', results: [{ series: { length: 1 } }] })
})

it('a variable has so many values, a box plot so many operations', async () => {
  const body = { dashboard: 'fleet', variable: 'logger', ...range(), variables: {} }
  const values = await hitting('variableValues', () => postJson<VariableAnswer>('/api/variables', body))
  expect(values).toMatchObject({ kind: 'data', isCut: true, values: { length: 1 } })
  const boxes = await hitting('operations', () =>
    postJson<QueryDurationsAnswer>('/api/query-durations', range()),
  )
  expect(boxes).toMatchObject({ kind: 'data', isCut: true, operations: [] })
})

it('the fleet has so many loggers', async () => {
  expect(Object.keys(FLEET).length).toBeGreaterThan(SMALL.loggers)
  const fleet = await hitting('loggers', () => getJson<FleetAnswer>('/api/fleet'))
  expect(fleet).toMatchObject({ isCut: true, loggers: { length: SMALL.loggers } })
})

it('a request has so many bytes', async () => {
  const answer = await hitting('bodyBytes', () => post('/api/logs', list({ filter: 'x'.repeat(600) })))
  expect(answer.status).toBe(413)
})

it('browsers have so many connections', async () => {
  const before = (await hits()).connections
  const sockets = Array.from({ length: SMALL.connections + 1 }, () => connect(lens.server.port, '127.0.0.1'))
  const closed = Promise.race(
    sockets.map(socket => new Promise<void>(done => socket.on('error', () => {}).on('close', () => done()))),
  )
  await closed
  for (const socket of sockets) socket.destroy()
  await waitUntil(async () => (await hits()).connections > before, { what: 'the count of connections' })
})

it('too many questions at once are refused for a moment, a wrong one for good', async () => {
  const { engine } = lens.parts
  const questions = Array.from({ length: 60 }, () => askRows(engine, 'SELECT sleep(0.05)', 'A'))
  const refused = (await Promise.all(questions)).filter(({ kind }) => kind === 'refused')
  expect(refused.length).toBeGreaterThan(0)
  for (const answer of refused)
    expect(answer).toMatchObject({ isMomentary: true, reason: expect.stringContaining('too many others') })
  const wrong = await askRows(engine, 'SELECT nothing', 'A')
  expect(wrong).toMatchObject({
    kind: 'refused',
    reason: expect.stringContaining('is not what the engine takes'),
  })
  expect(wrong).not.toHaveProperty('isMomentary')
})

it('each limit has a variable', () => {
  expect(pageLimitsOf(readLensSettings({}))).toEqual(PAGE_LIMITS)
  const doubled = Object.entries(pageSettings)
    .filter(([key]) => key.endsWith('Max'))
    .map(([, { name, fallback }]) => [name, String(Number(fallback) * 2)])
  const limits = pageLimitsOf(readLensSettings(Object.fromEntries(doubled)))
  expect(limits).toEqual(
    Object.fromEntries(Object.entries(PAGE_LIMITS).map(([name, value]) => [name, value * 2])),
  )
})
