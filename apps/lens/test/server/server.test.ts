// The JSON of lens's pages, from a real engine and the files of the repository.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AlertsAnswer, MailsAnswer, OneAlert } from '../../src/pages/alert-shapes.ts'
import type {
  FleetAnswer,
  LogsAnswer,
  LogVolumeAnswer,
  PanelAnswer,
  ProofAnswer,
  QueryDurationsAnswer,
  TraceAnswer,
  TracesAnswer,
} from '../../src/pages/page-shapes.ts'
import type { VariableAnswer } from '../../src/pages/variable-values.ts'
import { type LensForTests, lensForTests, NO_FRONT_END } from './lens-for-tests.ts'
import { FAILED_TRACE, FLEET } from './telemetry.ts'

let lens: LensForTests
beforeAll(async () => {
  lens = await lensForTests(NO_FRONT_END)
})
afterAll(() => lens?.stop())

const range = () => ({ startMs: lens.nowMs - 1_860_000, endMs: lens.nowMs })
const get = (path: string, headers: Record<string, string> = {}) => fetch(lens.server.url + path, { headers })
const getJson = async <T>(path: string) => (await (await get(path)).json()) as T
const post = (path: string, body: unknown) =>
  fetch(lens.server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const postJson = async <T>(path: string, body: unknown) => (await (await post(path, body)).json()) as T
const all = {
  environment: '__all__',
  service: '__all__',
  site: '__all__',
  inverter: '__all__',
  logger: '__all__',
  route: '__all__',
}
const panel = (dashboard: string, name: string, variables: object = all) =>
  postJson<PanelAnswer>('/api/query', { dashboard, panel: name, ...range(), variables })
const search = (filter: string) => ({ ...range(), filter, limit: 50, offset: 0 })

describe('dashboards', () => {
  it('are listed with Home first, and each is its file', async () => {
    const list = await getJson<{ name: string }[]>('/api/dashboards')
    expect(list.map(({ name }) => name)).toEqual(['home', 'api', 'collector', 'database', 'fleet'])
    const { document } = lens.parts.monitoring.dashboards.find(({ name }) => name === 'home')!
    expect(await getJson('/api/dashboards/home')).toEqual(document)
    expect((await get('/api/dashboards/nothing')).status).toBe(404)
  })

  it('give the data of a panel', async () => {
    const silent = await panel('home', 'silent-loggers')
    expect(silent).toMatchObject({ kind: 'data', results: [{ kind: 'scalar', rows: [[2]] }] })
    const states = await panel('home', 'loggers-by-state')
    if (states.kind === 'refused' || states.results[0]?.kind !== 'time_series') throw new Error('no series')
    const last = Object.fromEntries(
      states.results[0].series.map(({ labels, values }) => [labels['state'], values.at(-1)?.[1]]),
    )
    expect(last).toMatchObject({ live: 3, missing: 1, never_seen: 0 })
  })

  it('give it for the chosen values of variables', async () => {
    const of = async (route: string) => {
      const answer = await panel('api', 'requests', { ...all, route: [route] })
      if (answer.kind === 'refused' || answer.results[0]?.kind !== 'time_series') throw new Error('no series')
      return answer.results[0].series.length
    }
    expect([await of('/api/inverters'), await of('/api/measurements'), await of('/none')]).toEqual([2, 1, 0])
  })

  it('say what a variable may be', async () => {
    const ask = (dashboard: string, variable: string) =>
      postJson<VariableAnswer>('/api/variables', { dashboard, variable, ...range(), variables: {} })
    expect(await ask('fleet', 'logger')).toEqual({ kind: 'data', values: Object.keys(FLEET), isCut: false })
    expect(await ask('home', 'service')).toEqual({ kind: 'data', values: ['solar-api'], isCut: false })
    expect(
      (await post('/api/variables', { dashboard: 'home', variable: 'x', ...range(), variables: {} })).status,
    ).toBe(404)
  })

  it('answer every panel of our files with data or none, never with a refusal', async () => {
    const { panels } = await getJson<ProofAnswer>('/api/proof')
    expect(panels.filter(({ state }) => state === 'refused')).toEqual([])
    expect(panels.filter(({ state }) => state === 'data').length).toBeGreaterThan(20)
  })
})

describe('searches', () => {
  it('find log lines in the grammar of the dashboards, the newest first', async () => {
    const found = await postJson<LogsAnswer>('/api/logs', search("severity_text = 'ERROR'"))
    expect(found).toMatchObject({
      kind: 'data',
      isMore: false,
      lines: [{ body: 'request failed', service: 'solar-api', traceId: FAILED_TRACE }],
    })
  })

  it('say when there are more, and give the next', async () => {
    const pages = await Promise.all(
      [0, 10, 30].map(offset => postJson<LogsAnswer>('/api/logs', { ...search(''), limit: 10, offset })),
    )
    const lines = pages.flatMap(page => (page.kind === 'data' ? page.lines : []))
    expect(pages.map(page => page.kind === 'data' && page.isMore)).toEqual([true, true, false])
    expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length)
  })

  it('refuse a filter that cannot be read, and say why', async () => {
    const refused = await postJson<LogsAnswer>('/api/logs', search("severity_text == 'ERROR"))
    expect(refused.kind).toBe('refused')
    expect(refused.kind === 'refused' && refused.reason.length).toBeGreaterThan(10)
  })

  it('count lines over time by severity', async () => {
    const volume = await postJson<LogVolumeAnswer>('/api/logs/volume', search(''))
    if (volume.kind === 'refused' || volume.results[0]?.kind !== 'time_series') throw new Error('no series')
    const counts = volume.results[0].series.map(({ labels, values }) => [
      labels['severity_text'],
      values.reduce((sum, [, value]) => sum + value, 0),
    ])
    expect(Object.fromEntries(counts)).toEqual({ INFO: 31, ERROR: 1 })
  })

  it('find spans, all or only the first of each trace', async () => {
    const ask = (filter: string, rootsOnly: boolean) =>
      postJson<TracesAnswer>('/api/traces', { ...search(filter), rootsOnly, slowestFirst: false })
    const failed = await ask('has_error = true', false)
    const roots = await ask("has_error = true OR name = 'nothing'", true)
    if (failed.kind === 'refused' || roots.kind === 'refused') throw new Error('refused')
    expect(failed.spans).toHaveLength(2)
    expect(roots.spans).toMatchObject([
      { traceId: FAILED_TRACE, hasError: true, durationMs: 69, service: 'solar-api' },
    ])
  })

  it('put the slowest span first when asked so', async () => {
    const found = await postJson<TracesAnswer>('/api/traces', {
      ...search(''),
      rootsOnly: true,
      slowestFirst: true,
    })
    const durations = found.kind === 'data' ? found.spans.map(({ durationMs }) => durationMs) : []
    expect(durations).toHaveLength(30)
    expect(durations).toEqual(durations.toSorted((a, b) => b - a))
  })

  it('give the spread of query durations by operation', async () => {
    const answer = await postJson<QueryDurationsAnswer>('/api/query-durations', range())
    expect(answer).toEqual({
      kind: 'data',
      isCut: false,
      operations: [{ name: 'select inverters', calls: 30, durationsMs: [20, 20, 20, 20, 20] }],
    })
  })

  it('give one trace with its log lines and events', async () => {
    const trace = await getJson<TraceAnswer>(`/api/traces/${FAILED_TRACE}`)
    expect(trace.spans.map(({ name }) => name)).toEqual(['GET /api/inverters', 'select inverters'])
    expect(trace.spans[0]?.events[0]).toMatchObject({
      name: 'exception',
      attributes: { 'exception.type': 'DatabaseError' },
    })
    expect(trace.spans[0]?.events[0]?.ms).toBeCloseTo(trace.spans[0]!.startMs, 0)
    expect(trace.logs.map(({ body }) => body)).toEqual(['request failed'])
    expect((await get(`/api/traces/${'9'.repeat(32)}`)).status).toBe(404)
    expect((await get("/api/traces/x'; DROP")).status).toBe(400)
  })
})

describe('alerts, mails, fleet', () => {
  it('rules have state, value against threshold, runbook, file and mails', async () => {
    const { isEvaluating, rules } = await getJson<AlertsAnswer>('/api/alerts')
    expect(isEvaluating).toBe(true)
    expect(rules).toHaveLength(lens.parts.monitoring.rules.length)
    const states = Object.fromEntries(rules.map(({ id, state }) => [id, state]))
    expect(states).toMatchObject({
      ApiErrorRate: 'firing',
      ApiLatency: 'inactive',
      Heartbeat: 'not evaluated',
    })
    const one = await getJson<OneAlert>('/api/alerts/ApiErrorRate')
    expect(one.alerts[0]).toMatchObject({ tier: 'critical', value: 12, threshold: 10 })
    expect(one.scenarios.map(({ wrong }) => wrong)).toEqual([[], [], [], []])
    expect(one.drill).toMatchObject({ at: lens.parts.proven!.drill!.at })
    expect(one.runbookHtml).toContain('<h2>Diagnosis</h2>')
    expect(JSON.parse(one.file.text)).toMatchObject({ alert: 'ApiErrorRate' })
    expect([one.history.length, one.mails.length]).toEqual([1, 1])
    expect((await get('/api/alerts/Nothing')).status).toBe(404)
  })

  it('the HTML of a mail can do nothing in the browser', async () => {
    const { mails } = await getJson<MailsAnswer>('/api/mails')
    const id = mails[0]!.id
    expect(await getJson(`/api/mails/${id}`)).toMatchObject({
      hasHtml: true,
      text: expect.stringContaining('12%'),
    })
    const policy = (await get(`/api/mails/${id}/html`)).headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toMatch(/sandbox (?!.*allow-scripts)/)
    expect(await (await get(`/api/mails/${id}/html`)).text()).toContain('<base target="_blank">')
    expect((await get('/api/mails/other/html')).status).toBe(404)
  })

  it('the fleet has each logger with its state and why', async () => {
    const { loggers } = await getJson<FleetAnswer>('/api/fleet')
    expect(Object.fromEntries(loggers.map(({ serial, state }) => [serial, state]))).toEqual(FLEET)
    expect(loggers.at(-1)).toMatchObject({
      ageSeconds: 7_200,
      messagesPerMinute: 0,
      change: { from: 'late', reason: 'silent_too_long' },
    })
    expect(loggers[0]?.change).toBeNull()
  })

  it('the proof has scenarios, the last drill, metrics and the ledger', async () => {
    const { drill, rules, metrics, ledger } = await getJson<ProofAnswer>('/api/proof')
    const { proven } = lens.parts
    const rule = rules.find(({ id }) => id === 'ApiErrorRate')!
    expect(rule).toMatchObject({ hasRunbook: true, state: 'firing' })
    expect(rule.scenarios.map(({ mails }) => mails!.length)).toEqual([2, 2, 0, 0])
    expect(rule.drill?.subject).toBe(proven!.drill!.rules['ApiErrorRate']!.subject)
    expect(drill).toMatchObject({ at: proven!.drill!.at, panels: proven!.drill!.panels })
    const seen = Object.fromEntries(metrics.map(({ name, isSeen }) => [name, isSeen]))
    expect(seen).toMatchObject({ 'http.server.request.duration': true, 'solar.acks.sent': false })
    expect(metrics.find(({ name }) => name === 'timescaledb_up')).toMatchObject({ way: 'scrape' })
    expect(ledger.at(-1)).toEqual({ name: 'solar.readings.unaccounted', value: 0 })
  })
})
