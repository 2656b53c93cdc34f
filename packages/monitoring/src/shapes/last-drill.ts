// alerts/last-drill.json: what was seen when the whole system last ran beside a real SigNoz and was broken on purpose.
import { type Static, Type } from 'typebox'
import { closed, keyed, SchemaLink } from './closed.ts'
import { ALERT_ID_PATTERN } from './rule.ts'

const Count = Type.Integer({ minimum: 0 })

const DrilledRule = closed({
  subject: Type.String({ minLength: 1, description: 'Of the first mail that says it fires' }),
  firedAfterS: Type.Number({ minimum: 0, description: 'Seconds from the breakage to that mail' }),
  resolvedAfterS: Type.Number({
    minimum: 0,
    description: 'Seconds from the mending to the mail that says it is over; 0 when it was over before',
  }),
})

const PanelsWithData = closed({
  asked: Count,
  withData: Count,
  empty: Type.Optional(keyed('^[a-z][a-z0-9-]*$', Type.String(), 'By panel: what came instead of data')),
})
/** Lens and SigNoz, asked the same of the same telemetry. */
const Agreement = closed({ asked: Count, agree: Count })

export const LastDrillDocument = closed({
  $schema: SchemaLink,
  at: Type.String({
    pattern: '^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?Z$',
    description: 'When the drill began, such as 2026-11-25T18:45:38Z',
  }),
  signoz: Type.String({ minLength: 1, description: 'Version of the real SigNoz' }),
  commit: Type.String({
    pattern: '^[0-9a-f]{7,40}$',
    description: 'Commit of this repository that was drilled',
  }),
  window: Type.Optional(
    Type.String({ minLength: 1, description: 'That all rules had instead of their own, such as 1m0s' }),
  ),
  rules: keyed(ALERT_ID_PATTERN, DrilledRule, 'Rules that fired, mailed and were over again; no others'),
  panels: keyed('^[a-z][a-z0-9-]*$', PanelsWithData, 'By dashboard: panels that SigNoz was asked for'),
  ledger: Type.Optional(
    closed({
      received: Count,
      stored: Count,
      duplicate: Count,
      quarantined: Count,
      unaccounted: Type.Integer(),
    }),
  ),
  agreement: Type.Optional(closed({ panels: Agreement, rules: Agreement })),
})

/** `ledger` and `agreement` are absent when that drill did not look at them. */
export type LastDrill = Readonly<Omit<Static<typeof LastDrillDocument>, '$schema'>>
export type DrilledRule = Static<typeof DrilledRule>
