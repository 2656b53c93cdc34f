// Results of scenarios: those of the repository are of its scenarios and as these expect, and each lie is told.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { ScenarioResults } from '../shapes/scenario-results.ts'
import { momentText } from './judge.ts'
import { loadScenarios } from './load.ts'
import {
  checkScenarioResults,
  loadScenarioResults,
  SCENARIO_RESULTS_FILE,
  writeScenarioResults,
} from './results.ts'

const ROOT = join(import.meta.dirname, '../../../..')
const { scenarios } = loadScenarios(ROOT)
const { results, faults } = loadScenarioResults(ROOT)
const fires = results['ApiErrorRate']!['fires']!

function faultsOf(changed: ScenarioResults): string[] {
  return checkScenarioResults(changed, scenarios).map(({ path, message }) => `${path}: ${message}`)
}

function withFires(mails: typeof fires): ScenarioResults {
  return { ...results, ApiErrorRate: { ...results['ApiErrorRate'], fires: mails } }
}

it('of the repository are what its scenarios expect, of each and of no other', () => {
  expect(faults).toEqual([])
  expect(faultsOf(results)).toEqual([])
})

it.each<[string, ScenarioResults, string | RegExp]>([
  ['a scenario that was not played', { ...results, Heartbeat: {} }, 'Heartbeat.fires: was not played'],
  [
    'a scenario that is not there',
    { ...results, Night: { fires: [] } },
    'Night.fires: there is no such scenario',
  ],
  [
    'another tier',
    withFires([{ ...fires[0]!, tier: 'warning' }, fires[1]!]),
    /^ApiErrorRate\.fires: expected firing critical between 12m and 14m, found firing warning at 12m\d+s /,
  ],
  ['another time', withFires([{ ...fires[0]!, at: '20m' }, fires[1]!]), /found firing critical at 20m \(/],
  ['a mail that did not come', withFires([fires[0]!]), /resolved between 17m and 19m was not sent$/],
])('tell of %s', (_, changed, sentence) => {
  const [first] = faultsOf(changed)
  if (typeof sentence === 'string') expect(first).toBe(sentence)
  else expect(first).toMatch(sentence)
})

it('are read as they were written, and a broken file is a fault', () => {
  const root = mkdtempSync(join(tmpdir(), 'scenario-results-'))
  try {
    expect(loadScenarioResults(root)).toMatchObject({
      results: {},
      faults: [{ message: expect.stringContaining('cannot be read') }],
    })
    mkdirSync(join(root, 'alerts'))
    writeScenarioResults(root, results)
    expect(loadScenarioResults(root)).toEqual({ results, faults: [] })
    writeFileSync(join(root, SCENARIO_RESULTS_FILE), '{ "ApiErrorRate": { "fires": [{ "at": "soon" }] } }')
    expect(loadScenarioResults(root).faults.map(({ path }) => path)).toContain('ApiErrorRate.fires[0].at')
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})

it('tell times as scenarios do', () => {
  expect([0, 30, 60, 3_600, 4_710.2].map(momentText)).toEqual(['0s', '30s', '1m', '1h', '1h18m30s'])
})
