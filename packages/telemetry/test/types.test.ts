// What must not compile. tsc checks this file by tsconfig.test.json: an `@ts-expect-error` above a line that compiles is an error itself.
import { createLogger, instruments, recordSpan, withSpan } from '@deye-hard/telemetry'
import { createScrapeRegistry } from '@deye-hard/telemetry/prometheus'
import { expect, it } from 'vitest'

const log = createLogger({ service: 'solar-api', destination: { write() {} } })
const registry = createScrapeRegistry({ service: 'solar-api', version: '1' })
const startMs = 0

/** Never called: only its types count. */
export const mistakes = [
  // @ts-expect-error a metric that is not declared
  () => instruments.counter('solar.unheard.of'),
  // @ts-expect-error a metric of another kind
  () => instruments.histogram('solar.acks.sent'),
  // @ts-expect-error a label that is not declared
  () => instruments.counter('solar.acks.sent').add(1, { reason: 'x' }),
  // @ts-expect-error a value that is not on the closed list
  () => instruments.counter('solar.frames.received').add(1, { 'solarman.control_code': '0x9999' }),
  // @ts-expect-error a label that is missing
  () => instruments.counter('solar.frames.received').add(1),
  // @ts-expect-error a label that is missing, where it is observed
  () => instruments.observe('solar.fleet.expected', report => report(1)),
  // @ts-expect-error a span that is not declared
  () => recordSpan('unheard of', { startMs }),
  // @ts-expect-error an attribute of another span
  () => recordSpan('token refresh', { startMs, attributes: { 'frame.size': 1 } }),
  // @ts-expect-error the same, on an open span
  () => withSpan('token refresh', {}, span => span.set({ 'frame.size': 1 })),
  // @ts-expect-error a message that is not declared
  () => log.info('user 7 came'),
  // @ts-expect-error a message at another level
  () => log.info('request failed', {}),
  // @ts-expect-error a field of another message
  () => log.info('stopping', { packet_size: 1 }),
  // @ts-expect-error a field of a message that has none
  () => log.info('stopped', { signal: 'SIGTERM' }),
  // @ts-expect-error a field of another type
  () => log.info('listening', { port: '80' }),
  // @ts-expect-error a service that is not declared
  () => createLogger({ service: 'solar-unheard-of' }),
  // @ts-expect-error a scraped metric that goes by OTLP
  () => registry.gauge('solar.acks.sent'),
  // @ts-expect-error a label that is missing on a scraped metric
  () => registry.gauge('timescaledb_hypertable_chunks_total').set(1),
]

it('what is declared compiles and does nothing without telemetry', () => {
  instruments.counter('solar.acks.sent').add(1)
  instruments.counter('solar.frames.received').add(1, { 'solarman.control_code': '0x4210' })
  instruments.histogram('solar.spool.commit.duration').record(0.1, { outcome: 'durable' })
  instruments.observe('solar.fleet.expected', report => report(1, { 'site.id': '1' }))()
  expect(recordSpan('token refresh', { startMs, attributes: { outcome: 'ok' } })).toBeNull()
  expect(withSpan('token refresh', {}, span => span.ref.sampled)).toBe(false)
  log.info('listening', { port: 80, host: null })
  log.child({ logger: 'x' }).error('request failed', { error: new Error('x') }, null)
})
