// Reads dashboards, rules, thresholds and runbooks; what has not its shape becomes a fault and is left out, so that checks can rely on shapes.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { differences } from './conformity.ts'
import type { Fault } from './fault.ts'
import type { DashboardFile, Monitoring, RuleFile, RunbookFile } from './monitoring.ts'
import { DashboardDocument } from './shapes/dashboard.ts'
import { RuleDocument } from './shapes/rule.ts'
import { type Thresholds, ThresholdsDocument } from './shapes/thresholds.ts'

export const DASHBOARDS_FOLDER = 'dashboards'
export const RULES_FOLDER = 'alerts/rules'
export const RUNBOOKS_FOLDER = 'alerts/runbooks'
export const THRESHOLDS_FILE = 'alerts/thresholds.json'

/** Never throws on bad content. `root` is the folder that holds `dashboards/` and `alerts/`. */
export function loadMonitoring(root: string): { monitoring: Monitoring; faults: Fault[] } {
  const faults: Fault[] = []
  const report = (file: string) => (path: string, message: string) => {
    faults.push({ file, path, message })
  }
  const files = (folder: string, ending: string) => listFiles(root, folder, ending, report(folder))
  const document = <T>(file: string, shape: object) => readShaped<T>(root, file, shape, report(file))

  const dashboards = files(DASHBOARDS_FOLDER, '.json').flatMap((file): DashboardFile[] => {
    const read = document<DashboardDocument>(file, DashboardDocument)
    return read === undefined ? [] : [{ file, name: basename(file, '.json'), document: read }]
  })
  const rules = files(RULES_FOLDER, '.json').flatMap((file): RuleFile[] => {
    const read = document<RuleDocument>(file, RuleDocument)
    return read === undefined ? [] : [{ file, id: basename(file, '.json'), document: read }]
  })
  const runbooks = files(RUNBOOKS_FOLDER, '.md').flatMap((file): RunbookFile[] => {
    const text = readText(root, file, report(file))
    return text === undefined ? [] : [{ file, id: basename(file, '.md'), text }]
  })
  const { $schema: _, ...thresholds } =
    document<Thresholds & { $schema?: unknown }>(THRESHOLDS_FILE, ThresholdsDocument) ?? {}
  return { monitoring: { dashboards, rules, thresholds, runbooks }, faults }
}

type Report = (path: string, message: string) => void

function listFiles(root: string, folder: string, ending: string, report: Report): string[] {
  try {
    return readdirSync(join(root, folder))
      .filter(name => name.endsWith(ending))
      .sort()
      .map(name => `${folder}/${name}`)
  } catch (error) {
    report('', `the folder cannot be read: ${reasonOf(error)}`)
    return []
  }
}

function readText(root: string, file: string, report: Report): string | undefined {
  try {
    return readFileSync(join(root, file), 'utf8')
  } catch (error) {
    report('', `cannot be read: ${reasonOf(error)}`)
    return undefined
  }
}

export function readShaped<T>(root: string, file: string, shape: object, report: Report): T | undefined {
  const text = readText(root, file, report)
  if (text === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    report('', `is not JSON: ${reasonOf(error)}`)
    return undefined
  }
  const wrong = differences(shape, value)
  for (const { path, message } of wrong) report(path, message)
  return wrong.length === 0 ? (value as T) : undefined
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
