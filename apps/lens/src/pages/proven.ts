// Of one rule: its scenarios with what came of them, and what was seen of it in the last drill.
import { mailDifferences } from '@deye-hard/monitoring'
import type { Proven } from '../scenarios/read-proven.ts'
import type { RuleDrill, ScenarioShown } from './proof-shapes.ts'

/** Those that mail first. */
export function scenariosOf(proven: Proven | undefined, rule: string): ScenarioShown[] {
  const own = (proven?.scenarios ?? []).filter(scenario => scenario.rule === rule)
  const shown = own.map(({ name, file, document }): ScenarioShown => {
    const mails = proven?.results[rule]?.[name] ?? null
    return {
      name,
      file,
      about: document.about,
      isNearMiss: document.expect.length === 0,
      mails,
      wrong: mails === null ? ['it was never played'] : mailDifferences(document.expect, mails),
    }
  })
  return shown.sort((a, b) => Number(a.isNearMiss) - Number(b.isNearMiss))
}

export function drillOf(proven: Proven | undefined, rule: string): RuleDrill | null {
  const drill = proven?.drill
  const seen = drill?.rules[rule]
  if (drill === null || drill === undefined || seen === undefined) return null
  return { ...seen, at: drill.at, signoz: drill.signoz, window: drill.window ?? null }
}
