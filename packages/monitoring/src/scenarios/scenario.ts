// One scenario after reading: its file, its rule, and how long it is.
import { durationSeconds } from '../placed-query.ts'
import type { ScenarioDocument, ScenarioSeries } from '../shapes/scenario.ts'
import { type Minutes, readMinutes } from './minutes.ts'

const MINUTE_S = 60

export interface ScenarioFile {
  /** From the root of the repository. */
  file: string
  /** Name of the folder. */
  rule: string
  /** Name of the file without its ending. */
  name: string
  document: ScenarioDocument
}

/** Empty for text that `checkScenarios` reports. */
export function minutesOf({ perMinute, type }: ScenarioSeries): Minutes {
  const read = readMinutes(perMinute, { seconds: type === 'histogram' })
  return read.kind === 'minutes' ? read.minutes : []
}

/** When the scenario ends, in seconds after its start. */
export function scenarioSeconds({ series }: ScenarioDocument): number {
  return MINUTE_S * Math.max(...series.map(one => minutesOf(one).length))
}

/** From when on the rule is evaluated, in seconds after the start. */
export function evaluatedFromSeconds({ from }: ScenarioDocument): number {
  return from === undefined ? 0 : durationSeconds(from)
}
