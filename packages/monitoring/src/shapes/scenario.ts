// A scenario of a rule: which series do what in which minute, and which mails come of it.
import { type Static, Type } from 'typebox'
import { closed, keyed, oneOf, SchemaLink, Text } from './closed.ts'
import { TIERS } from './rule.ts'

export const MOMENT_PATTERN = '^([0-9]+h)?([0-9]+m)?([0-9]+s)?$'
/** From the start of the scenario. */
const Moment = Type.String({
  pattern: MOMENT_PATTERN,
  minLength: 2,
  description: 'From the start, such as 14m or 24h30m',
})

const SeriesDocument = closed({
  metric: Type.String({ minLength: 1, description: 'As SigNoz stores it; a histogram without .bucket' }),
  type: oneOf(['gauge', 'cumulative', 'delta', 'histogram']),
  labels: keyed('^[a-zA-Z_][a-zA-Z0-9_.]*$', Text),
  perMinute: Type.String({
    minLength: 3,
    description:
      'value x minutes, such as "0x10 6x6 -x5": of counters the increase of each minute, of gauges the value, of histograms how long each of 100 observations takes (0.2sx5); - is no point',
  }),
})

const ExpectedMail = closed({
  state: oneOf(['firing', 'resolved', 'nodata']),
  tier: Type.Optional(oneOf(TIERS, 'The highest that fires')),
  between: Type.Array(Moment, {
    minItems: 2,
    maxItems: 2,
    description: 'When the mail is sent; wide enough for every moment at which the rule may be evaluated',
  }),
})

export const ScenarioDocument = closed({
  $schema: SchemaLink,
  about: Type.String({
    minLength: 10,
    description: 'What happens; of a near miss, by how much it misses the alarm',
  }),
  from: Type.Optional(
    Type.String({
      pattern: MOMENT_PATTERN,
      minLength: 2,
      description: 'The rule is evaluated from here on; what is before is its past',
    }),
  ),
  series: Type.Array(SeriesDocument, { minItems: 1 }),
  expect: Type.Array(ExpectedMail, {
    description:
      'Every mail of the rule, in order, repetitions included, until the longest series ends; [] is a near miss',
  }),
})

export type ScenarioDocument = Static<typeof ScenarioDocument>
export type ScenarioSeries = Static<typeof SeriesDocument>
export type ExpectedMail = Static<typeof ExpectedMail>
