// Panels: what each kind draws, from which query (signoz-contract.md 5.1).
import { type Static, type TProperties, Type } from 'typebox'
import { closed, keyed, literal, oneOf, Text } from './closed.ts'
import {
  BuilderQuery,
  ClickHouseSql,
  FieldKey,
  Formula,
  PromQl,
  QueryEnvelope,
  TraceOperator,
} from './query.ts'

const TIME_PREFERENCES = [
  'global_time',
  'last_5_min',
  'last_15_min',
  'last_30_min',
  'last_1_hr',
  'last_6_hr',
  'last_1_day',
  'last_3_days',
  'last_1_week',
  'last_1_month',
] as const

const timePreference = Type.Optional(oneOf(TIME_PREFERENCES))
const fillSpans = Type.Optional(Type.Boolean())
const DecimalPrecision = oneOf(['0', '1', '2', '3', '4', 'full'])
const formatting = Type.Optional(
  closed({ unit: Type.Optional(Type.String()), decimalPrecision: Type.Optional(DecimalPrecision) }),
)
const axes = Type.Optional(
  closed({
    softMin: Type.Optional(Type.Number()),
    softMax: Type.Optional(Type.Number()),
    isLogScale: Type.Optional(Type.Boolean()),
  }),
)
const legend = Type.Optional(
  closed({
    position: Type.Optional(oneOf(['bottom', 'right'])),
    mode: Type.Optional(oneOf(['list', 'table'])),
    customColors: Type.Optional(keyed('.*', Type.String())),
  }),
)
const line = { value: Type.Number(), unit: Type.Optional(Type.String()), color: Text } as const
const compared = {
  ...line,
  operator: oneOf(['above', 'below', 'above_or_equal', 'below_or_equal', 'equal', 'not_equal']),
  format: oneOf(['text', 'background']),
} as const
const lines = Type.Optional(Type.Array(closed({ ...line, label: Type.Optional(Type.String()) })))
const visualization = Type.Optional(closed({ timePreference }))
const chartAppearance = Type.Optional(
  closed({
    lineInterpolation: Type.Optional(oneOf(['linear', 'spline', 'step_after', 'step_before'])),
    lineStyle: Type.Optional(oneOf(['solid', 'dashed'])),
    fillMode: Type.Optional(oneOf(['solid', 'gradient', 'none'])),
    showPoints: Type.Optional(Type.Boolean()),
    spanGaps: Type.Optional(Type.Unknown()),
  }),
)

function drawn<const K extends string, const P extends TProperties>(kind: K, properties: P) {
  return closed({ kind: literal(kind), spec: closed(properties) })
}

export const PanelPlugin = Type.Union([
  drawn('signoz/TimeSeriesPanel', {
    visualization: Type.Optional(closed({ timePreference, fillSpans })),
    formatting,
    chartAppearance,
    axes,
    legend,
    thresholds: lines,
  }),
  drawn('signoz/BarChartPanel', {
    visualization: Type.Optional(
      closed({ timePreference, fillSpans, stackedBarChart: Type.Optional(Type.Boolean()) }),
    ),
    formatting,
    axes,
    legend,
    thresholds: lines,
  }),
  drawn('signoz/HistogramPanel', {
    histogramBuckets: Type.Optional(
      closed({
        bucketCount: Type.Optional(Type.Number()),
        bucketWidth: Type.Optional(Type.Number()),
        mergeAllActiveQueries: Type.Optional(Type.Boolean()),
      }),
    ),
    legend,
  }),
  drawn('signoz/NumberPanel', {
    visualization,
    formatting,
    thresholds: Type.Optional(Type.Array(closed(compared))),
  }),
  drawn('signoz/PieChartPanel', { visualization, formatting, legend }),
  drawn('signoz/TablePanel', {
    visualization,
    formatting: Type.Optional(
      closed({
        columnUnits: Type.Optional(keyed('.+', Type.String())),
        decimalPrecision: Type.Optional(DecimalPrecision),
      }),
    ),
    thresholds: Type.Optional(Type.Array(closed({ ...compared, columnName: Text }))),
  }),
  drawn('signoz/ListPanel', { selectFields: Type.Array(FieldKey) }),
])

export const QueryPlugin = Type.Union([
  closed({ kind: literal('signoz/BuilderQuery'), spec: BuilderQuery }),
  closed({
    kind: literal('signoz/CompositeQuery'),
    spec: closed({ queries: Type.Array(QueryEnvelope, { minItems: 1 }) }),
  }),
  closed({ kind: literal('signoz/ClickHouseSQL'), spec: ClickHouseSql }),
  closed({ kind: literal('signoz/PromQLQuery'), spec: PromQl }),
  closed({ kind: literal('signoz/Formula'), spec: Formula }),
  closed({ kind: literal('signoz/TraceOperator'), spec: TraceOperator }),
])

export type PanelPlugin = Static<typeof PanelPlugin>
export type PanelKind = PanelPlugin['kind']
export type QueryPlugin = Static<typeof QueryPlugin>
