// Holds what came of a scenario against what it expects: each difference is a sentence.
import { mailDifferences, type ScenarioFile } from '@deye-hard/monitoring'
import type { PlayedScenario } from './play-scenario.ts'

/** Empty when the scenario tells the truth. */
export function judgeScenario({ document }: ScenarioFile, played: PlayedScenario): string[] {
  const { mails, problem, withData } = played
  return [
    ...(problem === null ? [] : [`an evaluation failed: ${problem}`]),
    ...(withData === 0 ? ['the query of the rule never gave a point'] : []),
    ...mailDifferences(document.expect, mails),
  ]
}
