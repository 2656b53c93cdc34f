// What came of each scenario when it was last played: read, checked against the scenarios, and written.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { at, type Fault } from '../fault.ts'
import { readShaped } from '../load.ts'
import { type ScenarioResults, ScenarioResultsDocument } from '../shapes/scenario-results.ts'
import { mailDifferences } from './judge.ts'
import type { ScenarioFile } from './scenario.ts'

export const SCENARIO_RESULTS_FILE = 'alerts/scenario-results.json'

/** Never throws on bad content: a file that cannot be read has no results. */
export function loadScenarioResults(root: string): { results: ScenarioResults; faults: Fault[] } {
  const faults: Fault[] = []
  const report = (path: string, message: string) => {
    faults.push({ file: SCENARIO_RESULTS_FILE, path, message })
  }
  const read = readShaped<ScenarioResults>(root, SCENARIO_RESULTS_FILE, ScenarioResultsDocument, report)
  return { results: read ?? {}, faults }
}

/** Faults of results that are of other scenarios than there are, or are not what these expect. */
export function checkScenarioResults(results: ScenarioResults, scenarios: readonly ScenarioFile[]): Fault[] {
  const faults: Fault[] = []
  const report = (rule: string, name: string, message: string) => {
    faults.push({ file: SCENARIO_RESULTS_FILE, path: at(rule, name), message })
  }
  for (const { rule, name, document } of scenarios) {
    const mails = results[rule]?.[name]
    const wrong = mails === undefined ? ['was not played'] : mailDifferences(document.expect, mails)
    for (const message of wrong) report(rule, name, message)
  }
  for (const [rule, played] of Object.entries(results))
    for (const name of Object.keys(played))
      if (!scenarios.some(one => one.rule === rule && one.name === name))
        report(rule, name, 'there is no such scenario')
  return faults
}

export function writeScenarioResults(root: string, results: ScenarioResults): void {
  writeFileSync(join(root, SCENARIO_RESULTS_FILE), `${JSON.stringify(results, null, 2)}\n`)
}
