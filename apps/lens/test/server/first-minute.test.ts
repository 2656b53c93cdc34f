// The first minute of lens: what holds at a moment is shown from the minute that runs, what needs full minutes waits for them.
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Engine } from '../../src/engine/engine.ts'
import type { FirstMinuteAnswer, PanelAnswer } from '../../src/pages/page-shapes.ts'
import { panelAnswer } from '../../src/pages/panel-answer.ts'
import { firstMinute } from '../../src/pages/running-minute.ts'
import { type LensForTests, lensForTests, NO_FRONT_END } from './lens-for-tests.ts'

const MINUTE_MS = 60_000
/** Two hours after everything that the other tests know of: lens knows nothing yet. */
const LATER_MS = 2 * 3_600_000

let lens: LensForTests
let minuteMs: number
beforeAll(async () => {
  lens = await lensForTests(NO_FRONT_END)
  minuteMs = Math.floor((lens.nowMs + LATER_MS) / MINUTE_MS) * MINUTE_MS
  await sampleOfEach(lens.engine, minuteMs + 20_000)
})
afterAll(() => lens?.stop())

/** One more sample of every series, at one moment. */
async function sampleOfEach(engine: Engine, atMs: number): Promise<void> {
  const known = await engine.query(
    'SELECT metric_name, toString(fingerprint) AS fingerprint, any(temporality) AS temporality, max(value) AS value FROM signoz_metrics.samples_v4 GROUP BY 1, 2',
  )
  const series = await engine.query(
    'SELECT * REPLACE (toString(fingerprint) AS fingerprint) FROM signoz_metrics.time_series_v4 ORDER BY unix_milli LIMIT 1 BY fingerprint',
  )
  const hourMs = Math.floor(atMs / 3_600_000) * 3_600_000
  await engine.insert(
    'signoz_metrics.time_series_v4',
    series.map(row => ({ ...row, unix_milli: hourMs })),
  )
  await engine.insert(
    'signoz_metrics.samples_v4',
    known.map(row => ({ ...row, unix_milli: atMs })),
  )
}

function ask(
  dashboard: string,
  panel: string,
  endMs: number,
  nowMs = endMs,
): Promise<PanelAnswer | undefined> {
  const { monitoring, engine } = lens.parts
  const spec = monitoring.dashboards.find(({ name }) => name === dashboard)!.document.spec
  const variables = Object.fromEntries(spec.variables.map(one => [one.spec.name, '__all__']))
  const range = { startMs: endMs - 5 * MINUTE_MS, endMs }
  return panelAnswer(monitoring, engine, { dashboard, panel, ...range, variables }, { nowMs })
}

it('a gauge is of the running minute, and says so', async () => {
  const nowMs = minuteMs + 30_000
  const number = await ask('home', 'silent-loggers', nowMs)
  expect(number).toMatchObject({ kind: 'data', isOfRunningMinute: true, results: [{ rows: [[2]] }] })
  const lines = await ask('home', 'loggers-by-state', nowMs)
  expect(lines).toMatchObject({ kind: 'data', isOfRunningMinute: true, endMs: nowMs })
  const results = lines?.kind === 'data' ? lines.results : []
  const points = results.flatMap(one => (one.kind === 'time_series' ? one.series : []))
  expect(points.map(({ values }) => values.map(([ms]) => ms))).toEqual(Array(5).fill([minuteMs]))
})

it('a rate waits: a part of a minute would be drawn too low', async () => {
  for (const [dashboard, panel] of [
    ['api', 'requests'],
    ['api', 'p95-by-endpoint'],
  ] as const) {
    const answer = await ask(dashboard, panel, minuteMs + 30_000)
    expect(answer).toMatchObject({ kind: 'data' })
    expect(answer).not.toHaveProperty('isOfRunningMinute')
    expect(
      answer?.kind === 'data' &&
        answer.results.every(one => one.kind !== 'time_series' || one.series.length === 0),
    ).toBe(true)
  }
})

it('a full minute ends it, and a time that is over never has it', async () => {
  const after = await ask('home', 'silent-loggers', minuteMs + 70_000)
  expect(after).toMatchObject({ kind: 'data', results: [{ rows: [[2]] }] })
  expect(after).not.toHaveProperty('isOfRunningMinute')
  const past = await ask('home', 'silent-loggers', minuteMs + 30_000, minuteMs + 10 * MINUTE_MS)
  expect(past).toMatchObject({ kind: 'data', results: [{ rows: [] }] })
})

it('the page learns when the first full minute is over', async () => {
  const awaited = (endMs: number, nowMs: number) =>
    firstMinute(lens.engine, { startMs: endMs - 5 * MINUTE_MS, endMs }, nowMs) as Promise<FirstMinuteAnswer>
  expect(await awaited(minuteMs + 30_000, minuteMs + 31_000)).toEqual({ awaitedMs: minuteMs + MINUTE_MS })
  expect(await awaited(minuteMs + 61_000, minuteMs + 61_000)).toEqual({ awaitedMs: null })
  expect(await awaited(lens.nowMs - LATER_MS, lens.nowMs)).toEqual({ awaitedMs: null })
})
