// alerts/scenario-results.json: the mails that came when lens played each scenario; written by the test that plays them.
import { type Static, Type } from 'typebox'
import { closed, keyed, oneOf } from './closed.ts'
import { ALERT_ID_PATTERN, TIERS } from './rule.ts'
import { MOMENT_PATTERN } from './scenario.ts'

const PlayedMail = closed({
  at: Type.String({ pattern: MOMENT_PATTERN, minLength: 2, description: 'From the start of the scenario' }),
  state: oneOf(['firing', 'resolved', 'nodata']),
  tier: Type.Optional(oneOf(TIERS, 'The highest that fires')),
  summary: Type.String(),
})

export const ScenarioResultsDocument = keyed(
  ALERT_ID_PATTERN,
  keyed('^[a-z0-9][a-z0-9-]*$', Type.Array(PlayedMail)),
)

export type PlayedMail = Readonly<Static<typeof PlayedMail>>
/** By rule, then by name of the scenario: its mails in order. */
export type ScenarioResults = Readonly<Record<string, Readonly<Record<string, readonly PlayedMail[]>>>>
