// Scenarios before they are played: how minutes are written, what is refused, and the telemetry that they become.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  checkScenarios,
  loadMonitoring,
  loadScenarios,
  metricsOfRule,
  scenarioTelemetry,
} from '../src/index.ts'
import { readMinutes } from '../src/scenarios/minutes.ts'
import { type ScenarioFile, scenarioSeconds } from '../src/scenarios/scenario.ts'
import type { ScenarioDocument } from '../src/shapes/scenario.ts'

const ROOT = join(import.meta.dirname, '../../..')
const { monitoring } = loadMonitoring(ROOT)
const rule = monitoring.rules.find(({ id }) => id === 'ApiErrorRate')!
const START_MS = Date.UTC(2026, 0, 5, 12)
const MINUTE_MS = 60_000
const API = { 'service.name': 'solar-api', 'http.response.status_code': '500' }

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends object ? Mutable<T[K]> : T[K] }
type Spoiled = Mutable<ScenarioDocument>

function sound(): ScenarioDocument {
  return {
    about: 'errors and then none',
    series: [
      {
        metric: 'http.server.request.duration.count',
        type: 'cumulative',
        labels: API,
        perMinute: '0x5 6x8 0x8',
      },
    ],
    expect: [
      { state: 'firing', tier: 'critical', between: ['12m', '14m'] },
      { state: 'resolved', between: ['17m', '19m'] },
    ],
  }
}

function file(name: string, document: ScenarioDocument, of = rule.id): ScenarioFile {
  return { file: `alerts/scenarios/${of}/${name}.json`, rule: of, name, document }
}

function faultsOf(files: readonly ScenarioFile[]): string[] {
  const faults = checkScenarios(files, { rules: [rule], thresholds: monitoring.thresholds })
  return faults.map(({ path, message }) => `${path}: ${message}`)
}

const silent = file('silent', { ...sound(), expect: [] })

describe('minutes', () => {
  it('are values times minutes', () => {
    expect(readMinutes(' 0x2 -x1 -1.5x1 3e2x1 ', { seconds: false })).toEqual({
      kind: 'minutes',
      minutes: [0, 0, null, -1.5, 300],
    })
    expect(readMinutes('0.2sx2 -x1', { seconds: true })).toEqual({
      kind: 'minutes',
      minutes: [0.2, 0.2, null],
    })
  })

  it.each([
    ['6', false],
    ['6x0', false],
    ['6x1.5', false],
    ['0.2sx5', false],
    ['6x5', true],
    ['', false],
    ['6x4000', false],
  ])('%j is refused', (text, seconds) => {
    expect(readMinutes(text, { seconds })).toMatchObject({ kind: 'malformed' })
  })
})

describe('a scenario', () => {
  it('is sound', () => {
    expect(faultsOf([file('fires', sound()), silent])).toEqual([])
  })

  it.each<[string, (document: Spoiled) => unknown, RegExp]>([
    [
      'of a metric that no service emits',
      d => (d.series[0]!.metric = 'http.requests'),
      /series\[0\]\.metric: no service emits http\.requests/,
    ],
    [
      'of a metric that the rule does not read',
      d => (d.series[0]!.metric = 'solar.frames.received'),
      /the rule does not read/,
    ],
    ['of another kind', d => (d.series[0]!.type = 'gauge'), /type: .* is a counter, and no gauge/],
    [
      'with a label that is none',
      d => (d.series[0]!.labels = { route: '/' }),
      /series\[0\]\.labels\.route: .* has no such label/,
    ],
    [
      'with a value that never is',
      d => (d.series[0]!.labels = { 'service.name': 'solar-web' }),
      /never is solar-web; expected one of solar-api/,
    ],
    [
      'with minutes that cannot be read',
      d => (d.series[0]!.perMinute = '6 for 5'),
      /perMinute: expected values and minutes/,
    ],
    [
      'that expects mails after its end',
      d => (d.expect[1]!.between = ['20m', '30m']),
      /expect\[1\]\.between: the series end after 21m/,
    ],
    [
      'whose times go back',
      d => (d.expect[0]!.between = ['14m', '12m']),
      /the first time is not before the second/,
    ],
    ['whose mails go back', d => (d.expect[1]!.between = ['11m', '19m']), /is earlier than the mail before/],
    ['without a tier', d => delete d.expect[0]!.tier, /expect\[0\]\.tier: expected with firing/],
    ['with a tier that the rule has not', d => (d.expect[0]!.tier = 'info'), /the rule has no tier info/],
    ['that is over before it is looked at', d => (d.from = '1h'), /from: the scenario is over by then/],
  ])('%s is a fault', (_, spoil, sentence) => {
    const document = sound()
    spoil(document as Spoiled)
    expect(faultsOf([file('fires', document), silent]).join('\n')).toMatch(sentence)
  })

  it('is wanted in both kinds for each rule, and for rules only', () => {
    expect(faultsOf([])).toEqual([
      ': no scenario in alerts/scenarios/ApiErrorRate fires and is resolved',
      ': no scenario in alerts/scenarios/ApiErrorRate is a near miss',
    ])
    const unending = { ...sound(), expect: sound().expect.slice(0, 1) }
    expect(faultsOf([file('fires', unending), silent])).toHaveLength(1)
    expect(faultsOf([file('fires', sound()), silent, file('x', sound(), 'NoRule')])).toEqual([
      ': there is no rule NoRule',
    ])
  })

  it('may say what the SQL of a rule reads', () => {
    const inverters = monitoring.rules.find(({ id }) => id === 'InverterSilent')!
    expect([...metricsOfRule(inverters)].sort()).toEqual(['solar.logger.message_age', 'solar.logger.state'])
  })
})

describe('the telemetry of a scenario', () => {
  const of = (series: Partial<ScenarioDocument['series'][number]>) => {
    const document = { ...sound(), series: [{ ...sound().series[0]!, ...series }] }
    return JSON.parse(JSON.stringify(scenarioTelemetry(document, START_MS))).resourceMetrics[0]
  }
  const minutes = (points: { timeUnixNano: string }[]) =>
    points.map(({ timeUnixNano }) => Math.floor((Number(timeUnixNano.slice(0, -6)) - START_MS) / MINUTE_MS))

  it('has labels of the resource apart', () => {
    const { resource, scopeMetrics } = of({})
    expect(resource.attributes).toEqual([{ key: 'service.name', value: { stringValue: 'solar-api' } }])
    expect(scopeMetrics[0].metrics[0].sum.dataPoints[0].attributes).toEqual([
      { key: 'http.response.status_code', value: { stringValue: '500' } },
    ])
  })

  it('counts from a minute before, and over minutes without a point', () => {
    const { sum } = of({ perMinute: '1x2 -x2 5x1' }).scopeMetrics[0].metrics[0]
    expect(minutes(sum.dataPoints)).toEqual([-1, 0, 1, 4])
    expect(sum.dataPoints.map((point: { asDouble: number }) => point.asDouble)).toEqual([0, 1, 2, 7])
    const late = of({ perMinute: '-x2 5x2' }).scopeMetrics[0].metrics[0].sum
    expect(minutes(late.dataPoints)).toEqual([2, 3])
  })

  it('has the kind under which its service sends it', () => {
    const kindOf = (metric: string) => {
      const {
        name: _,
        unit: __,
        ...kind
      } = of({ metric, type: 'gauge', perMinute: '9x1' }).scopeMetrics[0].metrics[0]
      return kind
    }
    const dataPoints = [expect.objectContaining({ asDouble: 9 })]
    expect(kindOf('db.client.connection.count')).toEqual({
      sum: { aggregationTemporality: 2, isMonotonic: false, dataPoints },
    })
    expect(kindOf('solar.fleet.loggers')).toEqual({ gauge: { dataPoints } })
  })

  it('puts each observation into its bucket', () => {
    const document = of({
      metric: 'http.server.request.duration',
      type: 'histogram',
      perMinute: '0.2sx1 99sx1',
    })
    const { histogram } = document.scopeMetrics[0].metrics[0]
    const last = histogram.dataPoints.at(-1)
    expect([last.count, last.sum]).toEqual(['200', 9_920])
    expect(last.bucketCounts).toHaveLength(last.explicitBounds.length + 1)
    expect(last.bucketCounts[last.explicitBounds.indexOf(0.25)]).toBe('100')
    expect(last.bucketCounts.at(-1)).toBe('100')
  })

  it('is as long as its longest series', () => {
    const [one] = sound().series
    expect(scenarioSeconds({ ...sound(), series: [one!, { ...one!, perMinute: '1x40' }] })).toBe(2_400)
  })
})

it('scenarios of the repository have no fault', () => {
  const { scenarios, faults } = loadScenarios(ROOT)
  expect([...faults, ...checkScenarios(scenarios, monitoring)]).toEqual([])
  expect(new Set(scenarios.map(({ rule: id }) => id)).size).toBe(monitoring.rules.length)
})

it('files that are no scenarios are faults, and a folder that is missing', () => {
  const { scenarios, faults } = loadScenarios(join(ROOT, 'packages'))
  expect(scenarios).toEqual([])
  expect(faults).toMatchObject([
    { file: 'alerts/scenarios', message: expect.stringContaining('cannot be read') },
  ])
})
