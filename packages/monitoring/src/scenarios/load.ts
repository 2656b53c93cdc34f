// Reads alerts/scenarios/<AlertId>/<name>.json; what has not its shape becomes a fault and is left out.
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Fault } from '../fault.ts'
import { readShaped, reasonOf } from '../load.ts'
import { ScenarioDocument } from '../shapes/scenario.ts'
import type { ScenarioFile } from './scenario.ts'

export const SCENARIOS_FOLDER = 'alerts/scenarios'

/** Never throws on bad content. `root` is the folder that holds `alerts/`. */
export function loadScenarios(root: string): { scenarios: ScenarioFile[]; faults: Fault[] } {
  const faults: Fault[] = []
  const files = listFiles(root, faults)
  const scenarios = files.flatMap(({ file, rule }): ScenarioFile[] => {
    const report = (path: string, message: string) => {
      faults.push({ file, path, message })
    }
    const document = readShaped<ScenarioDocument>(root, file, ScenarioDocument, report)
    return document === undefined ? [] : [{ file, rule, name: basename(file, '.json'), document }]
  })
  return { scenarios, faults }
}

function listFiles(root: string, faults: Fault[]): { file: string; rule: string }[] {
  try {
    return readdirSync(join(root, SCENARIOS_FOLDER), { withFileTypes: true, recursive: true })
      .filter(entry => entry.isFile() && entry.name.endsWith('.json'))
      .map(({ parentPath, name }) => {
        const rule = basename(parentPath)
        return { file: `${SCENARIOS_FOLDER}/${rule}/${name}`, rule }
      })
      .sort((a, b) => (a.file < b.file ? -1 : 1))
  } catch (error) {
    const message = `the folder cannot be read: ${reasonOf(error)}`
    faults.push({ file: SCENARIOS_FOLDER, path: '', message })
    return []
  }
}
