// Each fault that the check knows, in both directions, and that what is in order gives none.
import type { LogEventDeclaration, MetricDeclaration, SpanDeclaration } from '@deye-hard/telemetry-schema'
import { describe, expect, it } from 'vitest'
import { DECLARED_TELEMETRY, type TelemetrySchema } from './declared.ts'
import type { MetricPoint, ReceivedLog, ReceivedSpan } from './received.ts'
import { asked, counted, lasted, origin, wrote } from './sample-telemetry.ts'
import { holdAgainstSchema } from './schema-check.ts'

const API = ['solar-api'] as const
const metric: MetricDeclaration = {
  kind: 'counter',
  unit: '{ack}',
  about: 'Acks',
  labels: {
    reason: { kind: 'closed', values: ['late', 'lost'], optional: false },
    'site.id': { kind: 'registered', entity: 'site', type: 'string', optional: false },
    route: { kind: 'bounded', max: 2, because: 'test', type: 'string', optional: true },
  },
  by: ['solar-collector'],
}
const histogram: MetricDeclaration = {
  kind: 'histogram',
  unit: 's',
  about: 'Durations',
  labels: {},
  by: API,
  buckets: [0.1, 1],
}
const span: SpanDeclaration = {
  kind: 'server',
  name: /^GET( .+)?$/,
  about: 'Requests',
  attributes: ['http.route', 'error.type', 'exception.type'],
  by: API,
  sampling: 'all',
}
const event: LogEventDeclaration = { level: 'info', by: API, fields: ['port', 'error'] }
const SCHEMA: TelemetrySchema = {
  ...DECLARED_TELEMETRY,
  metrics: { 'solar.acks': metric, 'http.duration': histogram },
  spans: { request: span },
  logEvents: { listening: event },
}

const GOOD = { metrics: [counted, lasted], spans: [asked], logs: [wrote] }

/** Faults when one of the good things is replaced by these. */
const of = {
  metrics: (...points: Partial<MetricPoint>[]) =>
    holdAgainstSchema(
      { ...GOOD, metrics: [...points.map(point => ({ ...counted, ...point })), lasted] },
      SCHEMA,
    ),
  durations: (point: Partial<MetricPoint>) =>
    holdAgainstSchema({ ...GOOD, metrics: [counted, { ...lasted, ...point }] }, SCHEMA),
  spans: (...spans: Partial<ReceivedSpan>[]) =>
    holdAgainstSchema({ ...GOOD, spans: [asked, ...spans.map(one => ({ ...asked, ...one }))] }, SCHEMA),
  logs: (...logs: Partial<ReceivedLog>[]) =>
    holdAgainstSchema({ ...GOOD, logs: [wrote, ...logs.map(one => ({ ...wrote, ...one }))] }, SCHEMA),
}

it('finds nothing in what is in order', () => {
  expect(holdAgainstSchema(GOOD, SCHEMA)).toEqual([])
})

describe('a metric', () => {
  it('must be declared, and for its sender', () => {
    expect(of.metrics(counted, { name: 'x' })).toEqual([
      'solar-collector sent the metric x, which is not declared',
    ])
    expect(of.metrics(counted, { name: 'toString' })).toHaveLength(1)
    expect(of.metrics(counted, origin('solar-api'))).toEqual([
      'solar-api sent the metric solar.acks, which is declared for solar-collector',
    ])
  })

  it('must have the declared kind, temporality, unit and buckets', () => {
    const declared = 'declared counter: cumulative monotonic sum'
    expect(of.metrics({ monotonic: false })).toEqual([`solar.acks is a cumulative sum, ${declared}`])
    expect(of.metrics({ temporality: 'delta' })).toEqual([`solar.acks is a delta monotonic sum, ${declared}`])
    expect(of.metrics({ type: 'gauge', temporality: null, monotonic: false })).toEqual([
      `solar.acks is a gauge, ${declared}`,
    ])
    expect(of.metrics({ unit: '' })).toEqual(['the unit of solar.acks is "", declared "{ack}"'])
    expect(of.durations({ bounds: [1] })).toEqual(['the bounds of http.duration are 1, declared 0.1 1'])
  })

  it.each([
    ['counter', 'sum', true, 'cumulative'],
    ['updown', 'sum', false, 'cumulative'],
    ['gauge', 'gauge', false, null],
    ['histogram', 'histogram', false, 'cumulative'],
  ] as const)('of kind %s comes as a %s', (kind, type, monotonic, temporality) => {
    const schema = { ...SCHEMA, metrics: { 'solar.acks': { ...metric, kind } } }
    const points = [{ ...counted, type, monotonic, temporality }]
    expect(holdAgainstSchema({ ...GOOD, metrics: points }, schema)).toEqual([])
  })

  it('must have the declared labels', () => {
    expect(of.metrics({ attributes: { ...counted.attributes, port: 1 } })).toEqual([
      'solar.acks came with the label port, which is not declared',
    ])
    expect(of.metrics({ attributes: { 'site.id': '7' } })).toEqual([
      'solar.acks came without its label reason',
    ])
    expect(of.metrics({ attributes: { 'site.id': '7', reason: 'lost' } })).toEqual([])
  })

  it('must have declared values', () => {
    expect(of.metrics({ attributes: { ...counted.attributes, reason: 'z' } })).toEqual([
      'the label reason of solar.acks has the value "z", which is not in its list',
    ])
    expect(of.metrics({ attributes: { ...counted.attributes, 'site.id': 7 } })).toEqual([
      'the label site.id of solar.acks is 7, declared string',
    ])
    const routes = ['a', 'b', 'c'].map(route => ({ attributes: { ...counted.attributes, route } }))
    expect(of.metrics(...routes)).toEqual([
      'the label route of solar.acks has 3 values, at most 2 are declared',
    ])
    expect(of.metrics({ attributes: { 'otel.metric.overflow': true } })).toEqual([
      'solar.acks has more series than its limit, their surplus is in one series',
    ])
  })
})

describe('a span', () => {
  it('must be declared, for its sender, of its kind', () => {
    expect(of.spans({ name: 'POST' })).toEqual(['solar-api sent the span POST, which is not declared'])
    expect(of.spans(origin('solar-lens'))).toEqual([
      'solar-lens sent the span GET /api, which is declared for solar-api',
    ])
    expect(of.spans({ kind: 'client' })).toEqual([
      'solar-api sent the span GET /api as client, declared server',
    ])
  })

  it('may have a name that is declared twice, for different kinds or services', () => {
    const other: SpanDeclaration = { ...span, kind: 'client', by: ['solar-collector'], attributes: [] }
    const schema = { ...SCHEMA, spans: { other, request: span } }
    const outgoing: ReceivedSpan = {
      ...asked,
      ...origin('solar-collector'),
      kind: 'client',
      attributes: {},
      events: [],
    }
    expect(holdAgainstSchema({ ...GOOD, spans: [asked, outgoing] }, schema)).toEqual([])
  })

  it('is called like its key where no pattern is declared', () => {
    const { name: _, ...plain } = span
    const spans = [asked, { ...asked, name: 'request' }]
    expect(holdAgainstSchema({ ...GOOD, spans }, { ...SCHEMA, spans: { request: plain } })).toEqual([
      'solar-api sent the span GET /api, which is not declared',
    ])
  })

  it('must have declared attributes, also on events and links, and links only where declared', () => {
    const attributes = { 'user.id': '1' }
    expect(
      of.spans({
        attributes: { ...attributes, 'http.route': 1 },
        events: [{ name: 'exception', timeMs: 0, attributes }],
        links: [{ traceId: '', spanId: '', attributes }],
      }),
    ).toEqual([
      'the attribute http.route of the span GET /api is 1, declared string',
      'the attribute user.id in a link of the span GET /api is not declared',
      'the attribute user.id in the event exception of the span GET /api is not declared',
      'the attribute user.id of the span GET /api is not declared',
      'the span GET /api has links, none are declared',
    ])
  })
})

describe('a log record', () => {
  it('must be declared, for its sender, at its level', () => {
    expect(of.logs({ body: 'user 7 came' })).toEqual([
      'solar-api wrote the log message user 7 came, which is not declared',
    ])
    expect(of.logs(origin('solar-lens'))).toEqual([
      'solar-lens wrote the log message listening, which is declared for solar-api',
    ])
    expect(of.logs({ severityNumber: 13 }, { severityNumber: 0 }, { severityNumber: 12 })).toEqual([
      'solar-api wrote the log message listening as severity 0, declared info',
      'solar-api wrote the log message listening as warn, declared info',
    ])
  })

  it('must have declared fields of the declared type', () => {
    expect(of.logs({ attributes: { port: '80', error: 'text', host: 'h', 'x.y': 1 } })).toEqual([
      'the field error of the log message listening is "text", declared object',
      'the field host of the log message listening is not declared',
      'the field port of the log message listening is "80", declared number',
      'the field x.y of the log message listening is not declared',
    ])
  })

  it('may have an object part by part', () => {
    expect(of.logs({ attributes: { port: 80, 'error.type': 'E', 'port.x': 1 } })).toEqual([
      'the field port.x of the log message listening is not declared',
    ])
  })
})

it('resource attributes must be declared', () => {
  const resource = { 'service.name': 'solar-api', 'service.version': 1, 'process.owner': 'root' }
  expect(of.logs({ resource })).toEqual([
    'the resource attribute process.owner of solar-api is not declared',
    'the resource attribute service.version of solar-api is 1, declared string',
  ])
})

describe('what is declared', () => {
  const NOTHING = { metrics: [], spans: [], logs: [] }

  it('must come from each of its services that ran', () => {
    expect(holdAgainstSchema(NOTHING, SCHEMA)).toEqual([
      'the log message listening is declared for solar-api and never came',
      'the metric http.duration is declared for solar-api and never came',
      'the metric solar.acks is declared for solar-collector and never came',
      'the span request is declared for solar-api and never came',
    ])
    expect(holdAgainstSchema(NOTHING, SCHEMA, { expectedFrom: ['solar-collector'] })).toHaveLength(1)
    expect(holdAgainstSchema(NOTHING, SCHEMA, { expectedFrom: [] })).toEqual([])
    const both = {
      ...SCHEMA,
      logEvents: { listening: { ...event, by: ['solar-api', 'solar-collector'] as const } },
    }
    expect(holdAgainstSchema(GOOD, both)).toEqual([
      'the log message listening is declared for solar-collector and never came',
    ])
  })

  it('may stay away for a reason', () => {
    const notInTour = 'needs a bug'
    const excused: TelemetrySchema = {
      ...SCHEMA,
      metrics: { 'solar.acks': { ...metric, notInTour } },
      spans: { request: { ...span, notInTour } },
      logEvents: { listening: { ...event, notInTour } },
    }
    expect(holdAgainstSchema(NOTHING, excused)).toEqual([])
  })

  it('is the list of packages/telemetry-schema when no other is given', () => {
    expect(holdAgainstSchema(NOTHING)).toContain(
      'the metric solar.acks.sent is declared for solar-collector and never came',
    )
    expect(holdAgainstSchema(NOTHING, DECLARED_TELEMETRY)).toEqual(holdAgainstSchema(NOTHING))
  })
})

it('says each fault once', () => {
  const faults = of.spans({ name: 'x' }, { name: 'x' }, { name: 'x' })
  expect(faults).toHaveLength(1)
})
