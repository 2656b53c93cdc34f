// Every scenario of the repository on a fast clock: its telemetry in the real engine, the rule's own query, evaluation and mails.
import {
  checkScenarios,
  loadMonitoring,
  loadScenarioResults,
  loadScenarios,
  type PlayedMail,
  type ScenarioDocument,
  type ScenarioFile,
  type ScenarioResults,
  writeScenarioResults,
} from '@deye-hard/monitoring'
import { beforeAll, describe, expect, test } from 'vitest'
import { rulesOf } from '../../src/alerts/start-alerting.ts'
import { judgeScenario } from '../../src/scenarios/judge-scenario.ts'
import { isNear } from './eased.ts'
import { type Played, playAll } from './played.ts'

const ROOT = new URL('../../../../', import.meta.url).pathname
/** The set takes some 30 s where nothing else runs. */
const PLAY_LIMIT_MS = 300_000
const MINUTE_MS = 60_000
/** The second of an evaluation comes from the name: these are spread over the minute. */
const OTHER_IDS = ['A', 'B', 'F', 'H']
const { monitoring } = loadMonitoring(ROOT)
const { scenarios, faults } = loadScenarios(ROOT)
const named = scenarios.map(one => [`${one.rule} ${one.name}`, one] as const)

let played: ReadonlyMap<string, Played>
beforeAll(async () => {
  played = await playAll(scenarios, rulesOf(monitoring, 'http://127.0.0.1:8080'))
}, PLAY_LIMIT_MS)

function outcomeOf({ file }: ScenarioFile) {
  return played.get(file)!.outcome
}

describe('scenarios', () => {
  test('have no fault, and each rule has both kinds', () => {
    const all = [...faults, ...checkScenarios(scenarios, monitoring)]
    expect(all.map(({ file, path, message }) => `${file} ${path}: ${message}`)).toEqual([])
  })

  test.each(named)('%s', (_, scenario) => {
    expect(judgeScenario(scenario, outcomeOf(scenario))).toEqual([])
  })

  test('give the results that are kept, which the document and the page of proof show', () => {
    const results = resultsOf(played)
    if (process.env['SCENARIO_RESULTS'] === 'write') writeScenarioResults(ROOT, results)
    const kept = loadScenarioResults(ROOT)
    expect(kept.faults).toEqual([])
    expect(kept.results, 'write them anew by SCENARIO_RESULTS=write, then `npm run docs`').toEqual(results)
  })

  test('tell times that hold for any second of the minute in which a rule is evaluated', async () => {
    const faults: string[] = []
    for (const { scenario, rule, again } of played.values()) {
      if (rule.frequencyMs !== MINUTE_MS) continue
      for (const id of OTHER_IDS) {
        const outcome = await again({ ...rule, id }, asked => asked)
        faults.push(...judgeScenario(scenario, outcome).map(fault => `${scenario.file} ${id}: ${fault}`))
      }
    }
    expect(faults).toEqual([])
  })

  test.each(monitoring.rules.map(({ id }) => id))(
    'a near miss of %s would fire if it were a little worse',
    async id => {
      const misses = scenarios.filter(({ rule, document }) => rule === id && document.expect.length === 0)
      const near = await Promise.all(misses.map(({ file }) => isNear(played.get(file)!)))
      expect(near).toContain(true)
    },
  )
})

describe('a scenario that lies', () => {
  const truth = scenarios.find(({ rule, name }) => rule === 'ApiErrorRate' && name === 'fires')!
  const silence = scenarios.find(({ rule, name }) => rule === 'ApiErrorRate' && name === 'four-minutes')!
  const [fires, resolved] = truth.document.expect as [Expected, Expected]
  const lie = (from: ScenarioFile, expected: Expected[]): ScenarioFile => ({
    ...from,
    document: { ...from.document, expect: expected },
  })

  test.each<[string, ScenarioFile, RegExp]>([
    [
      'about the tier',
      lie(truth, [{ ...fires, tier: 'warning' }, resolved]),
      /^expected firing warning .*found firing critical at 1\dm\d*s? /,
    ],
    [
      'about the time',
      lie(truth, [{ ...fires, between: ['20m', '21m'] }, resolved]),
      /^expected firing critical between 20m and 21m, found/,
    ],
    [
      'about a mail that is missing',
      lie(silence, [fires]),
      /^firing critical between 12m and 14m was not sent$/,
    ],
    ['about the end', lie(truth, [fires]), /^resolved at 1\dm.* was sent and is not expected$/],
    ['about silence', lie(truth, []), /^firing critical at 1\dm.*14\.3% .* was sent and is not expected$/],
  ])('%s is caught', (_, scenario, sentence) => {
    expect(judgeScenario(scenario, outcomeOf(scenario))[0]).toMatch(sentence)
  })

  test('is one whose rule has no data, or whose query fails', () => {
    const nothing = { mails: [], evaluations: 9, withData: 0, problem: null }
    expect(judgeScenario(silence, nothing)).toEqual(['the query of the rule never gave a point'])
    const failing = { ...nothing, withData: 1, problem: 'no engine' }
    expect(judgeScenario(silence, failing)).toEqual(['an evaluation failed: no engine'])
  })
})

/** In the order of files, not of play. */
function resultsOf(all: ReadonlyMap<string, Played>): ScenarioResults {
  const results: Record<string, Record<string, readonly PlayedMail[]>> = {}
  for (const { file, rule, name } of scenarios)
    results[rule] = { ...results[rule], [name]: all.get(file)!.outcome.mails }
  return results
}

type Expected = ScenarioDocument['expect'][number]
