// JSON schemas of the files that people write, for editors.
import type { TSchema } from 'typebox'
import { LastDrillDocument } from './shapes/last-drill.ts'
import { RuleDocument } from './shapes/rule.ts'
import { ScenarioDocument } from './shapes/scenario.ts'
import { ThresholdsDocument } from './shapes/thresholds.ts'

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

/** By their path from the root of the repository. */
export const SCHEMA_FILES: Readonly<Record<string, string>> = {
  'alerts/schema/last-drill.schema.json': written('alerts/last-drill.json', LastDrillDocument),
  'alerts/schema/rule.schema.json': written('A rule of alerts/rules', RuleDocument),
  'alerts/schema/scenario.schema.json': written('A scenario of alerts/scenarios', ScenarioDocument),
  'alerts/schema/thresholds.schema.json': written('alerts/thresholds.json', ThresholdsDocument),
}

function written(title: string, schema: TSchema): string {
  return `${JSON.stringify({ $schema: DIALECT, title, ...schema }, null, 2)}\n`
}
