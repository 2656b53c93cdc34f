// alerts/thresholds.json: the one place for the numbers of all rules.
import { type Static, Type } from 'typebox'
import { closed, SchemaLink } from './closed.ts'
import { ALERT_ID_PATTERN } from './rule.ts'

/** Go durations without days: SigNoz refuses `1d`. */
const Duration = Type.String({
  pattern: '^([0-9]+h)?([0-9]+m)?([0-9]+s)?$',
  minLength: 2,
  description: 'Go duration such as 5m0s; there is no d',
})
const Numbers = closed({
  critical: Type.Optional(Type.Number()),
  warning: Type.Optional(Type.Number()),
  info: Type.Optional(Type.Number()),
})

export const Threshold = closed({
  unit: Type.String({ description: 'Unit of all numbers here; empty for a plain number' }),
  window: Duration,
  frequency: Duration,
  tiers: Numbers,
  recovery: Type.Optional(Numbers),
  renotify: Type.Optional(Duration),
  absentForMinutes: Type.Optional(Type.Integer({ minimum: 1 })),
  about: Type.String({ minLength: 20, description: 'Why these numbers' }),
})
export type Threshold = Static<typeof Threshold>
export type Thresholds = Readonly<Record<string, Threshold>>

export const ThresholdsDocument = Type.Unsafe<Record<string, Threshold>>({
  type: 'object',
  properties: { $schema: SchemaLink },
  patternProperties: { [ALERT_ID_PATTERN]: Threshold },
  additionalProperties: false,
})
