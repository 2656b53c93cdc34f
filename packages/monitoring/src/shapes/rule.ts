// A rule file: a SigNoz v2alpha1 rule without its numbers and without what is the same in all rules.
import { type Static, Type } from 'typebox'
import { closed, keyed, oneOf, SchemaLink, Text } from './closed.ts'
import { QueryEnvelope } from './query.ts'

export const TIERS = ['critical', 'warning', 'info'] as const
export type Tier = (typeof TIERS)[number]

export const ALERT_ID_PATTERN = '^[A-Z][A-Za-z0-9]{2,62}$'
/** SigNoz takes no other characters in keys of labels and annotations. */
const LABEL_KEY_PATTERN = '^[a-zA-Z0-9_.]+$'

const Op = oneOf([
  'above',
  'below',
  'equal',
  'not_equal',
  'above_or_equal',
  'below_or_equal',
  'outside_bounds',
])
const MatchType = oneOf(['at_least_once', 'all_the_times', 'on_average', 'in_total', 'last'])
const TierCondition = closed({ op: Type.Optional(Op), matchType: Type.Optional(MatchType) })

export const RuleDocument = closed({
  $schema: SchemaLink,
  alert: Type.String({ pattern: ALERT_ID_PATTERN, description: 'As the file is called' }),
  alertType: oneOf([
    'METRIC_BASED_ALERT',
    'TRACES_BASED_ALERT',
    'LOGS_BASED_ALERT',
    'EXCEPTIONS_BASED_ALERT',
  ]),
  description: Type.String({ minLength: 10, description: 'One sentence' }),
  disabled: Type.Optional(Type.Boolean()),
  compositeQuery: closed({
    queryType: oneOf(['builder', 'clickhouse_sql', 'promql']),
    panelType: oneOf(['graph', 'value', 'table']),
    unit: Type.Optional(Type.String({ description: 'Unit of the result' })),
    queries: Type.Array(QueryEnvelope, { minItems: 1 }),
  }),
  selectedQueryName: Text,
  op: Type.Optional(Op),
  matchType: Type.Optional(MatchType),
  tiers: Type.Optional(
    closed({
      critical: Type.Optional(TierCondition),
      warning: Type.Optional(TierCondition),
      info: Type.Optional(TierCondition),
    }),
  ),
  alertOnAbsent: Type.Optional(Type.Boolean()),
  requireMinPoints: Type.Optional(Type.Boolean()),
  requiredNumPoints: Type.Optional(Type.Integer({ minimum: 1 })),
  groupBy: Type.Array(Text, { description: 'How alerts are packed into mails: [] is one mail for the rule' }),
  labels: keyed(LABEL_KEY_PATTERN, Type.String()),
  annotations: closed({
    summary: Type.String({ description: 'What, with {{$value}} and {{$threshold}}' }),
    impact: Type.String({ description: 'Who is hit' }),
    first_step: Type.String({ description: 'One command or look' }),
    dashboard: Type.String({ description: 'Name of one of dashboards/*.json' }),
  }),
})

export type RuleDocument = Static<typeof RuleDocument>
export type Op = Static<typeof Op>
export type MatchType = Static<typeof MatchType>
