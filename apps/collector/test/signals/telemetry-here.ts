// Telemetry of the test process itself, sent to a real receiver, and a whole collector in it with a real API on HTTP.
import { createLogger } from '@deye-hard/telemetry'
import { startTelemetry } from '@deye-hard/telemetry/start'
import { type MetricPoint, type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '@deye-hard/testkit'
import { afterAll, onTestFinished } from 'vitest'
import { type Collector, startCollector } from '../../src/app.ts'
import { observeCollector } from '../../src/signals/metrics.ts'
import { connectLogger, settingsOf, type TestLogger, temporaryFolder } from '../harness.ts'
import { type FakeApi, startFakeApi } from '../shipper/fake-api.ts'

const QUICK = {
  OTEL_METRIC_EXPORT_INTERVAL: '100',
  OTEL_BSP_SCHEDULE_DELAY: '10',
  OTEL_BLRP_SCHEDULE_DELAY: '10',
}

/** For the whole file: OpenTelemetry can be started once in a process. */
export async function startTelemetryHere(): Promise<OtlpReceiver> {
  const receiver = await startOtlpReceiver()
  const silent = createLogger({ service: 'solar-collector', level: 'silent' })
  const telemetry = await startTelemetry({
    service: 'solar-collector',
    version: 'test',
    environment: { ...QUICK, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
    logger: silent,
  })
  afterAll(async () => {
    await telemetry.shutdown()
    await receiver.stop()
  })
  return receiver
}

export interface CollectorHere {
  collector: Collector
  api: FakeApi
  /** Parsed log lines so far. */
  lines: Record<string, unknown>[]
  logger(): Promise<TestLogger>
}

/** Observed until the test is over. */
export async function startCollectorHere(env: Record<string, string> = {}): Promise<CollectorHere> {
  const api = await startFakeApi()
  const settings = settingsOf({
    API_URL: api.url,
    SPOOL_DIR: temporaryFolder(),
    SHIP_INTERVAL: '10ms',
    DRAIN_TIMEOUT: '100ms',
    SWEEP_INTERVAL: '10ms',
    LOG_LEVEL: 'debug',
    ...env,
  })
  const lines: Record<string, unknown>[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) }
  const log = createLogger({
    service: 'solar-collector',
    level: settings.logLevel,
    limits: settings,
    destination,
  })
  const collector = await startCollector(settings, log)
  const stopObserving = observeCollector(collector.parts)
  onTestFinished(async () => {
    await collector.stop()
    stopObserving()
  })
  return { collector, api, lines, logger: () => connectLogger(collector.ports.port) }
}

/** Waits until the series of `name` with these labels has this value. */
export function reads(
  receiver: OtlpReceiver,
  name: string,
  value: number | ((value: number) => boolean),
  labels: Record<string, string | boolean> = {},
): Promise<MetricPoint> {
  const fits = typeof value === 'number' ? (found: number) => found === value : value
  const isSeries = ({ attributes }: MetricPoint) =>
    Object.entries(labels).every(([label, wanted]) => attributes[label] === wanted)
  return receiver.waitForMetric(name, point => isSeries(point) && fits(point.value ?? point.count ?? -1), {
    what: `${name} ${JSON.stringify(labels)} = ${value}`,
  })
}

export const isNamed = (name: string) => (span: ReceivedSpan) => span.name === name
