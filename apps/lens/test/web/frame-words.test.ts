// Which frame a span is about, and why nothing of it may be found.
import { expect, it } from 'vitest'
import { absence, messageOf, notKept, receivedBetween } from '../../src/pages/drawing/frame-words.ts'
import type { TraceSpan } from '../../src/pages/drawing/waterfall.ts'

const span = (
  spanId: string,
  parentSpanId: string,
  name: string,
  attributes: TraceSpan['attributes'] = {},
): TraceSpan => ({
  spanId,
  parentSpanId,
  name,
  service: 'solar-collector',
  kind: 'Internal',
  startMs: 1_000,
  durationMs: 1,
  hasError: false,
  statusMessage: '',
  attributes,
  resource: {},
  events: [],
})
const message = span('a', '', 'logger message', { 'logger.serial': '4000000001', 'frame.outcome': 'acked' })
const other = span('b', '', 'logger message', { 'logger.serial': '4000000002', 'frame.outcome': 'unacked' })
const shipment = span('c', 'a', 'shipment', { 'batch.duplicates': 1 })
const statement = span('d', 'c', 'ingest.batch')
const trace = [message, other, shipment, statement]
const LATER_MS = 1_000 + 600_000

it('the message above a span, or the first of the trace', () => {
  expect(messageOf(statement, trace)).toBe(message)
  expect(messageOf(other, trace)).toBe(other)
  expect(messageOf(span('x', 'gone', 'POST'), trace)).toBe(message)
  expect(messageOf(statement, [statement])).toBeNull()
  const nobody = span('n', '', 'logger message')
  expect(messageOf(nobody, [nobody])).toBeNull()
  const [one, two] = [span('1', '2', 'x'), span('2', '1', 'y')]
  expect(messageOf(one, [one, two])).toBeNull()
})

it('the decoding of a message whose own span was not recorded', () => {
  const decode = span('e', 'gone', 'message decode', { 'logger.serial': '4000000001' })
  expect(messageOf(decode, [decode])).toBe(decode)
  expect(receivedBetween(decode)).toEqual({ startMs: -9_000, endMs: 1_001 })
  expect(receivedBetween(message)).toEqual({ startMs: 1_000, endMs: 1_001 })
})

it('a frame that was never kept is not looked for', () => {
  expect(notKept(message)).toBeUndefined()
  expect(notKept(other)).toContain('sends it again')
})

it('why nothing is found', () => {
  expect(absence(message, trace, 2_000)).toContain('under way')
  expect(absence(message, trace, LATER_MS)).toContain('duplicates')
  expect(absence(message, [message, { ...shipment, attributes: {}, hasError: true }], LATER_MS)).toContain(
    'sent again',
  )
  expect(absence(message, [message], LATER_MS)).toContain('retention')
})
