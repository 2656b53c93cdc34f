// Telemetry of this process with short delays, sent to a receiver of the test; ended when the test is.
import { createLogger, type LoggerOptions } from '@deye-hard/telemetry'
import { startTelemetry, type Telemetry } from '@deye-hard/telemetry/start'
import { type OtlpReceiver, startOtlpReceiver } from '@deye-hard/testkit'
import { expect, onTestFinished } from 'vitest'

export const FAST = {
  OTEL_METRIC_EXPORT_INTERVAL: '100',
  OTEL_BSP_SCHEDULE_DELAY: '20',
  OTEL_BLRP_SCHEDULE_DELAY: '20',
}

export type Line = Record<string, unknown> & { message: string }

export async function openReceiver(
  options: Parameters<typeof startOtlpReceiver>[0] = {},
): Promise<OtlpReceiver> {
  const receiver = await startOtlpReceiver(options)
  onTestFinished(() => receiver.stop())
  return receiver
}

/** A logger that keeps its lines. */
export function recordingLogger(options: Partial<LoggerOptions> = {}) {
  const lines: Line[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) }
  return { lines, log: createLogger({ service: 'solar-collector', destination, ...options }) }
}

/** What OpenTelemetry has to say about how we use it. */
export const COMPLAINT = 'telemetry reports a fault'

/** `lines` are those that telemetry writes about itself. */
export async function startForTest(
  endpoint: string,
  environment: Record<string, string> = {},
  complaints: 'none' | 'some' = 'none',
): Promise<{ telemetry: Telemetry; lines: Line[] }> {
  const { lines, log } = recordingLogger()
  const telemetry = await startTelemetry({
    service: 'solar-collector',
    version: '1.2.3',
    environment: { ...FAST, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...environment },
    logger: log,
  })
  onTestFinished(async () => {
    await telemetry.shutdown()
    if (complaints === 'none') expect(lines.filter(({ message }) => message === COMPLAINT)).toEqual([])
  })
  return { telemetry, lines }
}
