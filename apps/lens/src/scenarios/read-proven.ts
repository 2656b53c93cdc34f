// What is kept in the repository of scenarios that were played and of the last drill; lens itself plays and drills nothing.
import {
  type Fault,
  type LastDrill,
  loadLastDrill,
  loadScenarioResults,
  loadScenarios,
  type ScenarioFile,
  type ScenarioResults,
} from '@deye-hard/monitoring'

export interface Proven {
  scenarios: readonly ScenarioFile[]
  results: ScenarioResults
  /** Null when none is kept. */
  drill: LastDrill | null
}

/** What cannot be read is a fault, and absent. */
export function readProven(root: string): { proven: Proven; faults: Fault[] } {
  const { scenarios, faults } = loadScenarios(root)
  const results = loadScenarioResults(root)
  const { drill, faults: ofDrill } = loadLastDrill(root)
  return {
    proven: { scenarios, results: results.results, drill },
    faults: [...faults, ...results.faults, ...ofDrill],
  }
}
