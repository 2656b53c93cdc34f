// What the page of proof is written from, read from this repository; a broken file must not become a page that says "never".
import { loadLastDrill, loadMonitoring, loadScenarioResults, loadScenarios } from '@deye-hard/monitoring'
import type { ProofFacts } from './proof-page.ts'

/** Throws with every fault. */
export function readProofFacts(root: string): ProofFacts {
  const { monitoring, faults } = loadMonitoring(root)
  const scenarios = loadScenarios(root)
  const results = loadScenarioResults(root)
  const last = loadLastDrill(root)
  const all = [...faults, ...scenarios.faults, ...results.faults, ...last.faults]
  if (all.length > 0)
    throw new Error(all.map(({ file, path, message }) => `${file} ${path}: ${message}`).join('\n'))
  return { monitoring, scenarios: scenarios.scenarios, results: results.results, drill: last.drill }
}
