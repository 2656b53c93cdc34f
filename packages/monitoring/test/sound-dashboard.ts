// A dashboard without a fault, with a panel of each important kind.
import type { DashboardDocument, DashboardFile } from '../src/index.ts'

type Panel = DashboardDocument['spec']['panels'][string]

export function soundDashboard(): DashboardFile {
  const document: DashboardDocument = {
    schemaVersion: 'v6',
    name: 'fleet',
    tags: [{ key: 'managed-by', value: 'git' }],
    spec: {
      display: { name: 'Fleet', description: 'For the one who asks how the fleet is.' },
      variables: [
        {
          kind: 'ListVariable',
          spec: {
            name: 'site',
            allowAllValue: true,
            allowMultiple: true,
            plugin: { kind: 'signoz/DynamicVariable', spec: { name: 'site.id', signal: 'metrics' } },
          },
        },
      ],
      panels: {
        silent: linePanel(),
        frames: numberPanel(),
        routes: tablePanel(),
        errors: listPanel(),
        spans: sqlPanel(),
      },
      layouts: [
        {
          kind: 'Grid',
          spec: {
            display: { title: 'All' },
            items: ['silent', 'frames', 'routes', 'errors', 'spans'].map((key, index) => ({
              x: (index % 2) * 6,
              y: Math.floor(index / 2) * 4,
              width: 6,
              height: 4,
              content: { $ref: `#/spec/panels/${key}` },
            })),
          },
        },
      ],
    },
  }
  return { file: 'dashboards/fleet.json', name: 'fleet', document }
}

function linePanel(): Panel {
  return panel('Silent loggers', {
    plugin: { kind: 'signoz/TimeSeriesPanel', spec: { formatting: { unit: 'percent' } } },
    links: [
      {
        name: 'Site',
        url: '/dashboard/$dashboard(fleet)?site={{_site.id}}&from={{timestamp_start}}',
        renderVariables: true,
      },
    ],
    queries: [
      {
        kind: 'time_series',
        spec: {
          plugin: {
            kind: 'signoz/CompositeQuery',
            spec: {
              queries: [
                {
                  type: 'builder_query',
                  spec: {
                    name: 'A',
                    signal: 'metrics',
                    disabled: true,
                    aggregations: [
                      {
                        metricName: 'solar.fleet.silent_share',
                        timeAggregation: 'latest',
                        spaceAggregation: 'max',
                      },
                    ],
                    filter: { expression: 'site.id IN $site' },
                    groupBy: [{ name: 'site.id' }],
                  },
                },
                {
                  type: 'builder_formula',
                  spec: { name: 'F1', expression: 'A * 100', legend: '{{site.id}}' },
                },
              ],
            },
          },
        },
      },
    ],
  })
}

function numberPanel(): Panel {
  return panel('Frames', {
    plugin: { kind: 'signoz/NumberPanel', spec: { formatting: { unit: 'cpm' } } },
    queries: [
      {
        kind: 'scalar',
        spec: {
          plugin: {
            kind: 'signoz/CompositeQuery',
            spec: {
              queries: [
                {
                  type: 'builder_query',
                  spec: {
                    name: 'A',
                    signal: 'metrics',
                    disabled: true,
                    aggregations: [
                      {
                        metricName: 'solar.frames.received',
                        timeAggregation: 'rate',
                        spaceAggregation: 'sum',
                        reduceTo: 'avg',
                      },
                    ],
                    filter: { expression: "solarman.control_code = '0x4210'" },
                  },
                },
                { type: 'builder_formula', spec: { name: 'F1', expression: 'A * 60' } },
              ],
            },
          },
        },
      },
    ],
  })
}

function tablePanel(): Panel {
  return panel('Routes', {
    plugin: {
      kind: 'signoz/TablePanel',
      spec: { formatting: { columnUnits: { 'A.p95(duration_nano)': 'ns' } } },
    },
    queries: [
      {
        kind: 'scalar',
        spec: {
          plugin: {
            kind: 'signoz/BuilderQuery',
            spec: {
              name: 'A',
              signal: 'traces',
              aggregations: [
                { expression: 'count()', alias: 'calls' },
                { expression: 'p95(duration_nano)', alias: 'p95' },
              ],
              filter: { expression: "service.name = 'solar-api' AND kind_string = 'Server'" },
              groupBy: [{ name: 'http.route', fieldContext: 'attribute', fieldDataType: 'string' }],
              order: [{ key: { name: 'p95' }, direction: 'desc' }],
            },
          },
        },
      },
    ],
  })
}

function listPanel(): Panel {
  return panel('Errors', {
    plugin: {
      kind: 'signoz/ListPanel',
      spec: {
        selectFields: [
          { name: 'timestamp', signal: 'logs', fieldContext: 'log' },
          { name: 'body', signal: 'logs', fieldContext: 'log', fieldDataType: 'string' },
        ],
      },
    },
    queries: [
      {
        kind: 'raw',
        spec: {
          plugin: {
            kind: 'signoz/BuilderQuery',
            spec: {
              name: 'A',
              signal: 'logs',
              filter: { expression: "severity_text IN ('ERROR', 'FATAL')" },
              order: [{ key: { name: 'timestamp' }, direction: 'desc' }],
            },
          },
        },
      },
    ],
  })
}

function sqlPanel(): Panel {
  return panel('Spans', {
    plugin: { kind: 'signoz/BarChartPanel', spec: {} },
    queries: [
      {
        kind: 'time_series',
        spec: {
          plugin: {
            kind: 'signoz/ClickHouseSQL',
            spec: {
              name: 'A',
              legend: '{{service}}',
              query:
                'SELECT toStartOfMinute(timestamp) AS ts, `resource_string_service$$name` AS service, toFloat64(count()) AS value FROM signoz_traces.distributed_signoz_index_v3 WHERE timestamp BETWEEN {{.start_datetime}} AND {{.end_datetime}} AND ts_bucket_start >= {{.start_timestamp}} - 1800 GROUP BY ts, service',
            },
          },
        },
      },
    ],
  })
}

function panel(name: string, spec: Omit<Panel['spec'], 'display'>): Panel {
  return { kind: 'Panel', spec: { display: { name, description: `Which ${name}?` }, ...spec } }
}
