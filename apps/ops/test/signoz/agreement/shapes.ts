// Queries that the repository has not, but that a file may have: one of each shape that our plan answers.

export interface Asked {
  queries: object[]
  requestType?: 'time_series' | 'scalar' | 'raw'
  variables?: Record<string, string | string[]>
}

type Spec = Record<string, unknown>

const BY_ZONE = { groupBy: [{ name: 'zone' }] }
const BY_ROUTE = { groupBy: [{ name: 'http.route' }], stepInterval: 300 }
const TIMES = ['latest', 'sum', 'avg', 'min', 'max', 'count', 'count_distinct', 'rate', 'increase']
const KINDS = ['agreement.delta', 'agreement.counter', 'agreement.gauge', 'agreement.updown']
const FUNCTIONS = [
  ['cutOffMin', 0.1],
  ['cutOffMax', 0.4],
  ['clampMin', 0.2],
  ['clampMax', 0.3],
  ['absolute'],
  ['runningDiff'],
  ['log2'],
  ['log10'],
  ['cumulativeSum'],
  ['ewma3'],
  ['ewma5'],
  ['ewma7'],
  ['median3'],
  ['median5'],
  ['median7'],
  ['timeShift', 300],
  ['fillZero'],
] as const
const SPAN_FILTERS = [
  "service.name = 'solar-api'",
  "service.name != 'solar-api'",
  "http.route != '/a'",
  'http.response.status_code >= 400',
  "http.response.status_code = '500'",
  "http.response.status_code LIKE '5%'",
  'http.response.status_code NOT BETWEEN 400 AND 499',
  'http.route NOT EXISTS',
  "duration_nano > '500ms'",
  'agreement.flag != true',
  'agreement.text > 5',
  "agreement.nowhere != 'x'",
  "has_error = true AND NOT (name = 'frame' OR name = 'write')",
  'deployment.environment IN $all AND logger.serial IN $some',
  'isroot = true',
]
const LOG_FILTERS = [
  "body CONTAINS 'DATABASE'",
  "body REGEXP 'DATA.*gone'",
  "'database'",
  "NOT 'slow'",
  'duration_ms > 50',
  "logger_serial IN ('1')",
  "hasToken(body, 'slow')",
  "severity_text IN ('WARN', 'ERROR') service.name = 'solar-api'",
]
const AGGREGATIONS = [
  'count(http.route)',
  'count_distinct(http.route)',
  'sum(duration_nano)',
  'avg(http.response.status_code)',
  'p50(duration_nano)',
  'p99(duration_nano)',
  'rate()',
  'rate_sum(duration_nano)',
  'countIf(has_error = true)',
  'sumIf(duration_nano, has_error = true)',
]
const FORMULAS = [
  'A / B',
  'A / (A + B)',
  'B / 0',
  'A + C',
  'A ** 2 % 3',
  'abs(C) + sqrt(B)',
  'A - B - B',
  '2 / 3 * A',
]

export const SHAPES: Readonly<Record<string, Asked>> = {
  ...Object.fromEntries(
    KINDS.flatMap(name =>
      TIMES.map(time => [`${name} ${time}`, { queries: [metric(name, time, 'sum', BY_ZONE)] }]),
    ),
  ),
  ...each(['avg', 'min', 'max', 'count'], space => ({
    queries: [metric('agreement.counter', 'rate', space)],
  })),
  ...each(['p50', 'p75', 'p90', 'p95', 'p99'], rank => ({
    queries: [metric('agreement.delta.histogram.bucket', 'rate', rank, { ...BY_ZONE, stepInterval: 120 })],
  })),
  ...Object.fromEntries(
    FUNCTIONS.map(([name, value]) => {
      const functions = [{ name, ...(value === undefined ? {} : { args: [{ value }] }) }]
      return [
        `function ${name}`,
        { queries: [metric('agreement.counter', 'rate', 'sum', { ...BY_ZONE, functions })] },
      ]
    }),
  ),
  ...each(['sum', 'count', 'avg', 'min', 'max', 'last', 'median'], reduceTo => ({
    queries: [metric('agreement.counter', 'increase', 'sum', BY_ZONE, { reduceTo })],
    requestType: 'scalar',
  })),
  ...each(
    ['__result > 5', 'sum(agreement.counter) > 5 AND __result < 12', 'NOT (__result > 5)'],
    expression => ({
      queries: [metric('agreement.counter', 'increase', 'sum', { ...BY_ZONE, having: { expression } })],
    }),
  ),
  ...each(SPAN_FILTERS, expression => ({
    queries: [builder('traces', { ...counted('count()'), filter: { expression }, stepInterval: 300 })],
    variables: { all: '__all__', some: ['1'] },
  })),
  ...each(LOG_FILTERS, expression => ({
    queries: [builder('logs', { ...counted('count()'), filter: { expression }, stepInterval: 300 })],
  })),
  ...each(AGGREGATIONS, expression => ({
    queries: [builder('traces', { ...BY_ROUTE, ...counted(expression) })],
  })),
  ...each(
    AGGREGATIONS.map(expression => `${expression} as a table`),
    text => ({
      queries: [builder('traces', { ...BY_ROUTE, ...counted(text.replace(' as a table', '')) })],
      requestType: 'scalar',
    }),
  ),
  ...each(FORMULAS, expression => ({ queries: [...inputs(), formula(expression)] })),
  ...each(
    FORMULAS.map(expression => `${expression} of sums`),
    text => ({ queries: [...inputs(), formula(text.replace(' of sums', ''))], requestType: 'scalar' }),
  ),
  'the leading groups': {
    queries: [
      builder('traces', {
        ...BY_ROUTE,
        ...counted('count()'),
        limit: 2,
        having: { expression: 'count() > 1' },
      }),
    ],
  },
  'a list of spans': list('traces', { selectFields: [{ name: 'name' }, { name: 'http.route' }], offset: 10 }),
  'a list of log records': list('logs', { filter: { expression: "severity_text = 'ERROR'" } }),
}

function each(keys: readonly string[], asked: (key: string) => Asked): Record<string, Asked> {
  return Object.fromEntries(keys.map(key => [key, asked(key)]))
}

function metric(
  metricName: string,
  timeAggregation: string,
  spaceAggregation: string,
  spec: Spec = {},
  more: Spec = {},
): object {
  return builder('metrics', {
    aggregations: [{ metricName, timeAggregation, spaceAggregation, ...more }],
    ...spec,
  })
}

function builder(signal: string, spec: Spec): object {
  return { type: 'builder_query', spec: { name: 'A', signal, ...spec } }
}

function counted(expression: string): Spec {
  return { aggregations: [{ expression }] }
}

function inputs(): object[] {
  const of = (name: string, metricName: string, time: string, more: Spec) => {
    const aggregations = [{ metricName, timeAggregation: time, spaceAggregation: 'sum', reduceTo: 'sum' }]
    return builder('metrics', { name, disabled: true, aggregations, ...more })
  }
  const onlyB = { ...BY_ZONE, filter: { expression: "zone = 'b'" } }
  return [
    of('A', 'agreement.counter', 'increase', onlyB),
    of('B', 'agreement.delta', 'rate', BY_ZONE),
    of('C', 'agreement.gauge', 'avg', {}),
  ]
}

function formula(expression: string): object {
  return { type: 'builder_formula', spec: { name: 'F1', expression } }
}

function list(signal: 'traces' | 'logs', spec: Spec): Asked {
  const order = [{ key: { name: 'timestamp' }, direction: 'desc' }]
  return { queries: [builder(signal, { order, limit: 40, ...spec })], requestType: 'raw' }
}
