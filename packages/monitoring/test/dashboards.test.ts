// Each trap of dashboards that can be seen offline: a sound one has no fault, a spoilt one has the fault that names it.
import { describe, expect, it } from 'vitest'
import { type Change, faultsAfter, GONE } from './spoil.ts'

const PANELS = 'dashboard.spec.panels'
const VARIABLE = 'dashboard.spec.variables[0].spec'
const ITEMS = 'dashboard.spec.layouts[0].spec.items'
const LINK = `${PANELS}.silent.spec.links[0]`
const plugin = (key: string) => `${PANELS}.${key}.spec.queries[0].spec.plugin`
const SILENT = `${plugin('silent')}.spec.queries[0].spec`
const FRAMES = `${plugin('frames')}.spec.queries[0].spec`
const ROUTES = `${plugin('routes')}.spec`
const promql = { kind: 'signoz/PromQLQuery', spec: { name: 'A', query: 'up' } }

const traps: readonly [what: string, fault: RegExp, ...changes: Change[]][] = [
  ['another name than the file', /name: expected fleet, as the file is called/, ['dashboard.name', 'other']],
  ['no tag of ours', /tags: expected managed-by=git among them/, ['dashboard.tags', []]],
  [
    'a reserved tag',
    /tags\[1\]\.key: locked is reserved/,
    ['dashboard.tags[1]', { key: 'locked', value: 'x' }],
  ],
  ['a tag twice', /managed-by stands there twice/, ['dashboard.tags[1]', { key: 'managed-by', value: 'x' }]],
  ['no description', /spec\.display\.description: is missing/, ['dashboard.spec.display.description', GONE]],
  [
    'a panel without question',
    /frames\.spec\.display\.description: expected the question/,
    [`${PANELS}.frames.spec.display.description`, 'Frames.'],
  ],
  [
    'two panels of one title',
    /Spans is the title of frames already/,
    [`${PANELS}.frames.spec.plugin.kind`, 'signoz/BarChartPanel'],
    [`${PANELS}.frames.spec.display.name`, 'Spans'],
  ],
  [
    'a kind of query that the panel does not ask for',
    /queries\[0\]\.kind: expected scalar for a signoz\/NumberPanel, found time_series/,
    [`${PANELS}.frames.spec.queries[0].kind`, 'time_series'],
  ],
  ['PromQL', /PromQL is not used here/, [plugin('spans'), promql]],
  [
    'a formula that stands alone',
    /the UI drops a signoz\/Formula that stands alone/,
    [plugin('spans'), { kind: 'signoz/Formula', spec: { name: 'F1', expression: 'A' } }],
  ],
  [
    'a list of metrics',
    /a list needs one builder query over logs or traces/,
    [plugin('errors'), { kind: 'signoz/ClickHouseSQL', spec: { name: 'A', query: 'SELECT 1' } }],
  ],
  [
    'a field of another signal in a list',
    /is a field of traces, while the query reads logs/,
    [`${PANELS}.errors.spec.plugin.spec.selectFields[1].signal`, 'traces'],
  ],
  [
    'a field that log records lack',
    /log records have no field message; expected body/,
    [`${PANELS}.errors.spec.plugin.spec.selectFields[1].name`, 'message'],
  ],
  ['two numbers in one', /shows A and F1; expected one query/, [`${FRAMES}.disabled`, false]],
  [
    'no query that is on',
    /all queries are disabled/,
    [`${plugin('silent')}.spec.queries[1].spec.disabled`, true],
  ],
  ['a number without reduceTo', /reduceTo: is missing/, [`${FRAMES}.aggregations[0].reduceTo`, GONE]],
  [
    'a variable that is not defined',
    /\$region is no variable of this dashboard/,
    [`${SILENT}.filter.expression`, 'site.id IN $region AND site.id IN $site'],
  ],
  [
    'a variable that is not used',
    /variables\[0\]\.spec: site is used by no query/,
    [`${SILENT}.filter`, GONE],
  ],
  ['a variable called name', /destroys the column/, [`${VARIABLE}.name`, 'name']],
  [
    'a variable twice',
    /site is defined twice/,
    ['dashboard.spec.variables[1]', { kind: 'TextVariable', spec: { name: 'site', value: '' } }],
  ],
  ['all without several', /allowMultiple: expected true/, [`${VARIABLE}.allowMultiple`, false]],
  [
    'several values with =',
    /may hold several values; expected IN, found =/,
    [`${SILENT}.filter.expression`, 'site.id = $site'],
  ],
  [
    'a variable of an attribute that nobody sends',
    /nothing in metrics carries region/,
    [`${VARIABLE}.plugin.spec.name`, 'region'],
  ],
  [
    'a default that is not among the values',
    /c is not among a, b/,
    [`${VARIABLE}.plugin`, { kind: 'signoz/CustomVariable', spec: { customValue: 'a, b' } }],
    [`${VARIABLE}.defaultValue`, 'c'],
  ],
  [
    'a unit of another scale',
    /unit: F1 gives a share in units of 0\.01, found unit percentunit/,
    [`${PANELS}.silent.spec.plugin.spec.formatting.unit`, 'percentunit'],
  ],
  [
    'seconds without a unit',
    /F1 gives a share in units of 0\.01, found unit none/,
    [`${PANELS}.silent.spec.plugin.spec.formatting`, GONE],
  ],
  [
    'per minute called per second',
    /unit: F1 gives .* found unit reqps/,
    [`${PANELS}.frames.spec.plugin.spec.formatting.unit`, 'reqps'],
  ],
  [
    'a unit that SigNoz lacks',
    /parsec is no unit/,
    [`${PANELS}.frames.spec.plugin.spec.formatting.unit`, 'parsec'],
  ],
  [
    'a threshold in another family',
    /s cannot be compared with percent/,
    [`${PANELS}.silent.spec.plugin.spec.thresholds`, [{ value: 1, unit: 's', color: 'Red' }]],
  ],
  [
    'a column by its alias',
    /p95 is no column; expected A\.count\(\), A\.p95\(duration_nano\)/,
    [`${PANELS}.routes.spec.plugin.spec.formatting.columnUnits`, { p95: 'ns' }],
  ],
  [
    'a column without its unit',
    /A\.p95\(duration_nano\) gives seconds\^1 in units of 1e-9, found unit none/,
    [`${PANELS}.routes.spec.plugin.spec.formatting`, GONE],
  ],
  [
    'a colour of no column',
    /thresholds\[0\]\.columnName: B is no column/,
    [
      `${PANELS}.routes.spec.plugin.spec.thresholds`,
      [{ value: 1, color: 'Red', operator: 'above', format: 'text', columnName: 'B' }],
    ],
  ],
  [
    'a field that spans lack',
    /spans have no field http_route; expected http\.route/,
    [`${ROUTES}.groupBy[0].name`, 'http_route'],
  ],
  [
    'a field in the wrong place',
    /http\.route stands under attribute, found fieldContext resource/,
    [`${ROUTES}.groupBy[0].fieldContext`, 'resource'],
  ],
  [
    'a field of the wrong type',
    /http\.route is a string, found fieldDataType number/,
    [`${ROUTES}.groupBy[0].fieldDataType`, 'number'],
  ],
  [
    'a span kind in small letters',
    /kind_string never is server/,
    [`${ROUTES}.filter.expression`, "kind_string = 'server'"],
  ],
  ['a span that nobody makes', /name never is nothing/, [`${ROUTES}.filter.expression`, "name = 'nothing'"]],
  [
    'a message that nobody writes',
    /body never is nothing happened/,
    [`${plugin('errors')}.spec.filter.expression`, "body = 'nothing happened'"],
  ],
  [
    'a severity in small letters',
    /severity_text never is error/,
    [`${plugin('errors')}.spec.filter.expression`, "severity_text = 'error'"],
  ],
  [
    'x as y',
    /expected one call such as p95/,
    [`${ROUTES}.aggregations[1].expression`, 'p95(duration_nano) as p95'],
  ],
  [
    'a function that SigNoz lacks',
    /median is no function/,
    [`${ROUTES}.aggregations[1].expression`, 'median(duration_nano)'],
  ],
  ['an aggregation over nothing', /p95 needs a field/, [`${ROUTES}.aggregations[1].expression`, 'p95()']],
  [
    'an aggregation over an unknown field',
    /spans have no field duration/,
    [`${ROUTES}.aggregations[1].expression`, 'p95(duration)'],
  ],
  [
    'an unknown field in a condition',
    /spans have no field failed/,
    [`${ROUTES}.aggregations[0].expression`, 'countIf(failed = true)'],
  ],
  [
    'an order by what is not there',
    /order\[0\]: cannot order by p99/,
    [`${ROUTES}.order[0].key.name`, 'p99'],
  ],
  [
    'a legend that stays empty',
    /\{\{inverter\.id\}\} stays empty/,
    [`${plugin('silent')}.spec.queries[1].spec.legend`, '{{inverter.id}}'],
  ],
  ['a legend of no column', /\{\{region\}\} is no column/, [`${plugin('spans')}.spec.legend`, '{{region}}']],
  ['a panel over another', /items\[1\]: lies over the panel of item 0/, [`${ITEMS}[1].x`, 5]],
  ['a panel past the edge', /items\[1\]: ends at column 13/, [`${ITEMS}[1].width`, 7]],
  [
    'a panel in no layout',
    /spec\.panels\.spans: stands in no layout/,
    [`${ITEMS}[4].content.$ref`, '#/spec/panels/gone'],
  ],
  [
    'a place for no panel',
    /items\[4\]\.content: there is no panel gone/,
    [`${ITEMS}[4].content.$ref`, '#/spec/panels/gone'],
  ],
  [
    'a panel twice',
    /silent stands at spec\.layouts\[0\]\.spec\.items\[0\] already/,
    [`${ITEMS}[4].content.$ref`, '#/spec/panels/silent'],
  ],
  ['a link that fills nothing in', /renderVariables: expected true/, [`${LINK}.renderVariables`, GONE]],
  [
    'a link to a dashboard that does not exist',
    /there is no dashboards\/home\.json/,
    [`${LINK}.url`, '/dashboard/$dashboard(home)'],
  ],
  [
    'a dashboard that is named without parentheses',
    /expected \/dashboard\/\$dashboard\(name\)/,
    [`${LINK}.url`, '/dashboard/$dashboard.home'],
  ],
  ['a link to nowhere', /expected http\(s\):\/\/, \/ or a variable/, [`${LINK}.url`, 'logs']],
  [
    'a link with a label that the point lacks',
    /\{\{_inverter\.id\}\} is never filled in/,
    [`${LINK}.url`, '/x?i={{_inverter.id}}'],
  ],
  [
    'a link where no click opens it',
    /a click on a signoz\/ListPanel opens no link/,
    [`${PANELS}.errors.spec.links`, [{ name: 'a', url: '/x', renderVariables: true }]],
  ],
]

describe('of a dashboard finds', () => {
  it.each(traps)('%s', (_, fault, ...changes) => {
    expect(faultsAfter(...changes).filter(text => fault.test(text))).not.toEqual([])
  })
})

it('lets a trace operator, conditional counts and links by variable pass', () => {
  const operator = {
    kind: 'signoz/CompositeQuery',
    spec: {
      queries: [
        {
          type: 'builder_query',
          spec: {
            name: 'A',
            signal: 'traces',
            disabled: true,
            aggregations: [{ expression: 'countIf(has_error = true)' }],
          },
        },
        {
          type: 'builder_query',
          spec: { name: 'B', signal: 'traces', disabled: true, aggregations: [{ expression: 'count()' }] },
        },
        {
          type: 'builder_trace_operator',
          spec: {
            name: 'T1',
            expression: 'A -> B',
            aggregations: [{ expression: 'count()' }],
            returnSpansFrom: 'A',
          },
        },
      ],
    },
  }
  expect(
    faultsAfter(
      [plugin('spans'), operator],
      [`${LINK}.url`, '/logs/logs-explorer?site={{site}}&{{timestamp_end}}'],
    ),
  ).toEqual([])
})
