// The record of the last drill, alerts/last-drill.json: read, checked and written; a drill that never was is no record.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { differences } from '../conformity.ts'
import { at, type Fault } from '../fault.ts'
import { readShaped } from '../load.ts'
import type { Monitoring } from '../monitoring.ts'
import { type LastDrill, LastDrillDocument } from '../shapes/last-drill.ts'

export const LAST_DRILL_FILE = 'alerts/last-drill.json'
const SCHEMA = './schema/last-drill.schema.json'

/** Never throws on bad content. Null when there was no drill, or, with faults, when its record cannot be read. */
export function loadLastDrill(root: string): { drill: LastDrill | null; faults: Fault[] } {
  const faults: Fault[] = []
  if (!existsSync(join(root, LAST_DRILL_FILE))) return { drill: null, faults }
  const report = (path: string, message: string) => {
    faults.push({ file: LAST_DRILL_FILE, path, message })
  }
  const read = readShaped<LastDrill & { $schema?: unknown }>(root, LAST_DRILL_FILE, LastDrillDocument, report)
  if (read === undefined) return { drill: null, faults }
  const { $schema: _, ...drill } = read
  return { drill, faults }
}

/** Faults of a record that has its shape: rules and dashboards that are not there, more found than was asked. */
export function checkLastDrill(
  drill: LastDrill,
  { rules, dashboards }: Pick<Monitoring, 'rules' | 'dashboards'>,
): Fault[] {
  const faults: Fault[] = []
  const report = (path: string, message: string) => {
    faults.push({ file: LAST_DRILL_FILE, path, message })
  }
  for (const id of Object.keys(drill.rules))
    if (!rules.some(rule => rule.id === id)) report(at('rules', id), `there is no rule ${id}`)
  for (const [name, { asked, withData, empty = {} }] of Object.entries(drill.panels)) {
    const panels = dashboards.find(dashboard => dashboard.name === name)?.document.spec.panels
    if (panels === undefined) report(at('panels', name), `there is no dashboard ${name}`)
    if (withData > asked) report(at('panels', name), `${withData} of ${asked} panels have data`)
    for (const panel of Object.keys(empty))
      if (panels !== undefined && !Object.hasOwn(panels, panel))
        report(at('panels', name, 'empty', panel), `there is no panel ${panel}`)
  }
  for (const [name, { asked, agree }] of Object.entries(drill.agreement ?? {}))
    if (agree > asked) report(at('agreement', name), `${agree} of ${asked} agree`)
  return faults
}

/** Replaces the record. Throws, and writes nothing, when `drill` has not its shape; the message names each field. */
export function writeLastDrill(root: string, drill: LastDrill): void {
  const wrong = differences(LastDrillDocument, drill)
  if (wrong.length > 0) {
    const sentences = wrong.map(({ path, message }) => `${path}: ${message}`)
    throw new Error(`this is no record of a drill: ${sentences.join('; ')}`)
  }
  writeFileSync(join(root, LAST_DRILL_FILE), `${JSON.stringify({ $schema: SCHEMA, ...drill }, null, 2)}\n`)
}
