// Nothing in the data path notices what becomes of its telemetry: a receiver that is absent, refuses, hangs, dies, and comes back.
import { type OtlpReceiver, startOtlpReceiver } from '@deye-hard/testkit'
import { afterEach, expect, test } from 'vitest'
import { System, until } from './system.ts'
import { TestLogger } from './test-logger.ts'

const serials = [3_850_000_001, 3_850_000_002, 3_850_000_003, 3_850_000_004]
/** In each kind of trouble; with some 18 spans and 4 lines each it is over 100 MB in all, if nothing is dropped. */
const FRAMES = 1_500
const LIMIT_MS = 60_000
/** Small, so that they are full at once; what a full default queue holds is measured in packages/telemetry. */
const SMALL_QUEUES = {
  OTEL_BSP_MAX_QUEUE_SIZE: '200',
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '100',
  OTEL_BLRP_MAX_QUEUE_SIZE: '200',
  OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '100',
}
/** Resident memory says little, since V8 grows into what the machine has; but in a small heap whoever keeps too much dies. */
const SMALL_HEAP = { NODE_OPTIONS: '--max-old-space-size=64' }
const UNAVAILABLE = 14
const INVALID_ARGUMENT = 3

let system: System
let receiver: OtlpReceiver
let loggers: TestLogger[] = []

afterEach(async () => {
  for (const logger of loggers) logger.close()
  await system?.stop()
  await receiver?.stop()
})

test('frames are acked and stored, memory is bounded, drops are counted, and telemetry goes on by itself', async () => {
  receiver = await startOtlpReceiver()
  await receiver.stop()
  await startSystem()
  const pids = [system.api.pid, system.collector.pid]
  const stages: [name: string, change: () => Promise<void> | void][] = [
    ['absent', () => {}],
    ['refusing', () => receiver.start().then(() => receiver.behave({ kind: 'refuse', code: UNAVAILABLE }))],
    ['rejecting', () => receiver.behave({ kind: 'refuse', code: INVALID_ARGUMENT })],
    ['hanging', () => receiver.behave({ kind: 'hang' })],
    ['dead', () => receiver.stop()],
  ]
  for (const [name, change] of stages) {
    await change()
    const acked = acks()
    await until(LIMIT_MS, `acks while the receiver is ${name}`, () => acks() >= acked + FRAMES)
  }
  expect(loggers.map(logger => logger.connections)).toEqual(serials.map(() => 1))
  expect([system.api.running, system.collector.running]).toEqual([true, true])
  expect([system.api.pid, system.collector.pid]).toEqual(pids)

  receiver.behave({ kind: 'answer' })
  await receiver.start()
  for (const service of ['solar-collector', 'solar-api']) {
    const isDrop = (point: { service: string; value?: number }) =>
      point.service === service && (point.value ?? 0) > 0
    await receiver.waitForMetric('solar.telemetry.dropped', isDrop, { timeoutMs: LIMIT_MS })
  }
  await receiver.waitForSpan('logger message', { timeoutMs: LIMIT_MS })
  await receiver.waitForSpan('POST /api/measurements', { timeoutMs: LIMIT_MS })
  await receiver.waitForLog('batch shipped', { timeoutMs: LIMIT_MS })
  await expectNothingLost()
})

test.each(['absent', 'hanging'])('services end in time while the receiver is %s', async kind => {
  receiver = await startOtlpReceiver()
  if (kind === 'absent') await receiver.stop()
  else receiver.behave({ kind: 'hang' })
  await startSystem()
  await until(LIMIT_MS, 'some acks', () => acks() >= 200)
  for (const service of [system.collector, system.api]) {
    const startedMs = performance.now()
    expect(await service.end('SIGTERM')).toBe(0)
    // DRAIN_TIMEOUT is 1 s here, the last telemetry gets at most 5 s.
    expect(performance.now() - startedMs).toBeLessThan(10_000)
  }
})

async function startSystem(): Promise<void> {
  const telemetry = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_METRIC_EXPORT_INTERVAL: '500',
    ...SMALL_QUEUES,
    ...SMALL_HEAP,
  }
  system = await System.start({
    loggerSerials: serials,
    apiEnv: telemetry,
    collectorEnv: { ...telemetry, DRAIN_TIMEOUT: '1s', FRAME_SPANS_PER_SECOND: '1000' },
  })
  loggers = serials.map(serial => new TestLogger({ serial, port: system.collectorPort, inFlight: 4 }))
}

function acks(): number {
  return loggers.reduce((sum, logger) => sum + logger.acked.size, 0)
}

async function expectNothingLost(): Promise<void> {
  for (const logger of loggers) logger.finish()
  await until(LIMIT_MS, 'the last acks', () => loggers.every(logger => logger.unacked === 0))
  const { ledger } = await system.drained(LIMIT_MS)
  expect(ledger).toMatchObject({ waiting: 0, unaccounted: 0, quarantined: 0, stored: acks() })
  expect(await system.store.ledger.countMeasurements()).toBe(acks())
}
