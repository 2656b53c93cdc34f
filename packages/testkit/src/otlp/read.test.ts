// Every shape that OTLP has, from bytes that the official generated code or the SDK's own writer made to plain objects.
import { ProtobufLogsSerializer } from 'otlp-protos'
import { describe, expect, it } from 'vitest'
import { readLogs } from './read-logs.ts'
import { readMetrics } from './read-metrics.ts'
import { readSpans } from './read-spans.ts'
import { REQUESTS, RESPONSES } from './wire-messages.ts'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const SPAN_ID = 'b7ad6b7169203331'
const PARENT_ID = '00f067aa0ba902b7'
const START = '1764000000123456789'
const END = '1764000000125957789'
const START_MS = 1_764_000_000_123.456_8
const END_MS = 1_764_000_000_125.957_8

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })
const bytes = (hex: string) => Buffer.from(hex, 'hex')
const RESOURCE = { attributes: [text('service.name', 'solar-api'), text('host.name', 'h')] }
const ORIGIN = {
  service: 'solar-api',
  resource: { 'service.name': 'solar-api', 'host.name': 'h' },
  scope: 'ours',
}

function receiveSpans(...spans: object[]) {
  const scopeSpans = [{ scope: { name: 'ours', version: '1' }, spans }]
  return readSpans(
    REQUESTS.traces.decode(REQUESTS.traces.encode({ resourceSpans: [{ resource: RESOURCE, scopeSpans }] })),
  )
}

function receiveMetrics(...metrics: object[]) {
  const scopeMetrics = [{ scope: { name: 'ours' }, metrics }]
  return readMetrics(
    REQUESTS.metrics.decode(
      REQUESTS.metrics.encode({ resourceMetrics: [{ resource: RESOURCE, scopeMetrics }] }),
    ),
  )
}

describe('a span', () => {
  it('has all its parts', () => {
    const [span] = receiveSpans({
      traceId: bytes(TRACE_ID),
      spanId: bytes(SPAN_ID),
      parentSpanId: bytes(PARENT_ID),
      name: 'POST /api/measurements',
      kind: 2,
      startTimeUnixNano: START,
      endTimeUnixNano: END,
      attributes: [text('http.route', '/api/measurements')],
      events: [{ name: 'exception', timeUnixNano: END, attributes: [text('exception.type', 'Error')] }],
      links: [{ traceId: bytes(TRACE_ID), spanId: bytes(PARENT_ID), attributes: [text('a', 'b')] }],
      status: { code: 2, message: 'broken' },
    })
    expect(span).toEqual({
      ...ORIGIN,
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      parentSpanId: PARENT_ID,
      name: 'POST /api/measurements',
      kind: 'server',
      startMs: START_MS,
      endMs: END_MS,
      durationMs: 2.501,
      attributes: { 'http.route': '/api/measurements' },
      events: [{ name: 'exception', timeMs: END_MS, attributes: { 'exception.type': 'Error' } }],
      links: [{ traceId: TRACE_ID, spanId: PARENT_ID, attributes: { a: 'b' } }],
      status: { code: 'error', message: 'broken' },
    })
  })

  it('has each kind and status', () => {
    const kinds = receiveSpans(...[0, 1, 2, 3, 4, 5].map(kind => ({ kind }))).map(({ kind }) => kind)
    expect(kinds).toEqual(['internal', 'internal', 'server', 'client', 'producer', 'consumer'])
    const codes = receiveSpans(...[0, 1, 2].map(code => ({ status: { code } }))).map(span => span.status.code)
    expect(codes).toEqual(['unset', 'ok', 'error'])
  })

  it('may be empty', () => {
    const empty = REQUESTS.traces.encode({ resourceSpans: [{ scopeSpans: [{ spans: [{}] }] }] })
    expect(readSpans(REQUESTS.traces.decode(empty))).toEqual([
      expect.objectContaining({
        service: '',
        scope: '',
        traceId: '',
        parentSpanId: '',
        name: '',
        durationMs: 0,
        events: [],
        links: [],
        status: { code: 'unset', message: '' },
      }),
    ])
  })

  it('lasts to the nanosecond', () => {
    const [span] = receiveSpans({ startTimeUnixNano: START, endTimeUnixNano: '1764000000123456790' })
    expect(span?.durationMs).toBe(0.000_001)
  })
})

it('attributes keep their type and value', () => {
  const values: Record<string, object> = {
    text: { stringValue: '' },
    no: { boolValue: false },
    zero: { intValue: 0 },
    below: { intValue: '-42' },
    huge: { intValue: '9007199254740993' },
    lowest: { intValue: '-9223372036854775808' },
    half: { doubleValue: 0.5 },
    list: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: 1 }] } },
    map: { kvlistValue: { values: [{ key: 'k', value: { boolValue: true } }] } },
    bytes: { bytesValue: bytes('00ff') },
    nothing: {},
  }
  const [span] = receiveSpans({ attributes: Object.entries(values).map(([key, value]) => ({ key, value })) })
  expect(span?.attributes).toEqual({
    text: '',
    no: false,
    zero: 0,
    below: -42,
    huge: '9007199254740993',
    lowest: '-9223372036854775808',
    half: 0.5,
    list: ['a', 1],
    map: { k: true },
    bytes: '00ff',
    nothing: null,
  })
})

describe('a metric', () => {
  const at = { startTimeUnixNano: START, timeUnixNano: END, attributes: [text('reason', 'late')] }
  const common = {
    ...ORIGIN,
    name: 'm',
    unit: 's',
    description: 'about',
    attributes: { reason: 'late' },
    startMs: START_MS,
    timeMs: END_MS,
  }
  const receive = (data: object) => receiveMetrics({ name: 'm', unit: 's', description: 'about', ...data })

  it('is a sum: monotonic or not, cumulative or delta, of integers or doubles', () => {
    const counter = { isMonotonic: true, aggregationTemporality: 2, dataPoints: [{ ...at, asInt: '7' }] }
    expect(receive({ sum: counter })).toEqual([
      { ...common, type: 'sum', monotonic: true, temporality: 'cumulative', value: 7 },
    ])
    const updown = {
      aggregationTemporality: 1,
      dataPoints: [
        { ...at, asDouble: 0 },
        { ...at, asInt: -1 },
      ],
    }
    expect(receive({ sum: updown })).toMatchObject([
      { type: 'sum', monotonic: false, temporality: 'delta', value: 0 },
      { type: 'sum', monotonic: false, temporality: 'delta', value: -1 },
    ])
  })

  it('is a gauge, also one without a value', () => {
    expect(receive({ gauge: { dataPoints: [{ ...at, asDouble: 1.5 }, at] } })).toEqual([
      { ...common, type: 'gauge', monotonic: false, temporality: null, value: 1.5 },
      { ...common, type: 'gauge', monotonic: false, temporality: null },
    ])
  })

  it('is a histogram, with or without sum and extremes', () => {
    const full = {
      ...at,
      count: 3,
      sum: 6,
      min: 0,
      max: 5,
      explicitBounds: [1, 2],
      bucketCounts: [1, '0', 2],
    }
    const bare = { ...at, count: 0, bucketCounts: [0] }
    const shape = { ...common, type: 'histogram', monotonic: false, temporality: 'cumulative' }
    expect(receive({ histogram: { aggregationTemporality: 2, dataPoints: [full, bare] } })).toEqual([
      { ...shape, count: 3, sum: 6, min: 0, max: 5, bounds: [1, 2], counts: [1, 0, 2] },
      { ...shape, count: 0, bounds: [], counts: [0] },
    ])
  })

  it('is an exponential histogram', () => {
    const point = {
      ...at,
      count: 4,
      sum: 9,
      min: -1,
      max: 8,
      scale: -1,
      zeroCount: 1,
      positive: { offset: -2, bucketCounts: [1, 2] },
    }
    expect(receive({ exponentialHistogram: { aggregationTemporality: 1, dataPoints: [point] } })).toEqual([
      {
        ...common,
        type: 'exponential_histogram',
        monotonic: false,
        temporality: 'delta',
        count: 4,
        sum: 9,
        min: -1,
        max: 8,
        scale: -1,
        zeroCount: 1,
        positive: { offset: -2, counts: [1, 2] },
        negative: { offset: 0, counts: [] },
      },
    ])
  })

  it('is a summary', () => {
    const quantileValues = [{ quantile: 0.99, value: 4 }]
    expect(receive({ summary: { dataPoints: [{ ...at, count: 2, sum: 5, quantileValues }] } })).toEqual([
      {
        ...common,
        type: 'summary',
        monotonic: false,
        temporality: null,
        count: 2,
        sum: 5,
        quantiles: [{ quantile: 0.99, value: 4 }],
      },
    ])
  })
})

describe('a log record', () => {
  const RECORD = {
    hrTime: [1_764_000_000, 123_456_789] as [number, number],
    hrTimeObserved: [1_764_000_000, 125_957_789] as [number, number],
    severityNumber: 13,
    severityText: 'WARN',
    body: 'malformed frame',
    eventName: 'frame.malformed',
    spanContext: { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 },
    attributes: { offset: 17, live: true, load: 0.5, list: ['a', 1], map: { k: 'v' } },
    droppedAttributesCount: 2,
    resource: { attributes: { 'service.name': 'solar-api', 'host.name': 'h' } },
    instrumentationScope: { name: 'ours', version: '1', schemaUrl: 'urn:x' },
  }
  const receive = (record: object) => {
    const written = ProtobufLogsSerializer.serializeRequest([record] as never)
    return readLogs(REQUESTS.logs.decode(written as Uint8Array))
  }

  it('that the SDK wrote has all its parts', () => {
    expect(receive(RECORD)).toEqual([
      {
        ...ORIGIN,
        body: 'malformed frame',
        eventName: 'frame.malformed',
        severityText: 'WARN',
        severityNumber: 13,
        timeMs: START_MS,
        observedMs: END_MS,
        attributes: RECORD.attributes,
        traceId: TRACE_ID,
        spanId: SPAN_ID,
      },
    ])
  })

  it('may be outside of a span, and its body may be an object or missing', () => {
    const { spanContext: _, ...outside } = RECORD
    expect(receive({ ...outside, body: { a: [1] } })).toMatchObject([
      { body: '{"a":[1]}', traceId: '', spanId: '' },
    ])
    expect(receive({ ...outside, body: undefined })).toMatchObject([{ body: '' }])
  })

  it('is answered in a way that the SDK reads', () => {
    const partialSuccess = { rejectedLogRecords: 3, errorMessage: 'too old' }
    const answer = ProtobufLogsSerializer.deserializeResponse(RESPONSES.logs.encode({ partialSuccess }))
    expect(answer.partialSuccess?.errorMessage).toBe('too old')
    expect(Number(answer.partialSuccess?.rejectedLogRecords)).toBe(3)
  })
})
