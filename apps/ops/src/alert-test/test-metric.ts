// The metric that the test rule watches: one gauge, sent by OTLP over HTTP straight to the collector of SigNoz.
import { OpsError } from '../errors.ts'

export const TEST_METRIC = 'ops.alert_test'
/** Tells one run from another: a label of the metric. */
export const RUN_LABEL = 'alert_test.run'
export const TEST_VALUE = 1

const SEND_LIMIT_MS = 10_000
/**
 * Rules look at a window that ends two minutes ago, and at whole minutes (contract 6.2): with points of the last minutes the first
 * evaluation sees something, instead of the one three minutes later.
 */
const AGES_OF_POINTS_MS = [300_000, 240_000, 180_000, 120_000, 60_000, 0]

/** Throws OPS_UNAVAILABLE when the collector does not take it. */
export async function sendTestMetric(otlpHttpUrl: string, run: string): Promise<void> {
  const reason = await post(`${otlpHttpUrl}/v1/metrics`, metricDocument(run, Date.now()))
  if (reason !== null)
    throw new OpsError(
      'OPS_UNAVAILABLE',
      `The collector of SigNoz does not take a metric at ${otlpHttpUrl} (${reason}): check that it runs and that ALERT_TEST_OTLP_URL points to its OTLP/HTTP port.`,
    )
}

async function post(url: string, document: object): Promise<string | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(document),
      signal: AbortSignal.timeout(SEND_LIMIT_MS),
    })
    await response.arrayBuffer()
    return response.ok ? null : `HTTP ${response.status}`
  } catch (error) {
    const { cause, message } = error as Error
    return cause instanceof Error ? cause.message || 'connection failed' : message
  }
}

function metricDocument(run: string, nowMs: number): object {
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })
  const dataPoints = AGES_OF_POINTS_MS.map(ageMs => ({
    timeUnixNano: `${nowMs - ageMs}000000`,
    asDouble: TEST_VALUE,
    attributes: [text(RUN_LABEL, run)],
  }))
  const metric = { name: TEST_METRIC, unit: '1', gauge: { dataPoints } }
  return {
    resourceMetrics: [
      {
        resource: { attributes: [text('service.name', 'ops')] },
        scopeMetrics: [{ scope: { name: 'ops alert-test' }, metrics: [metric] }],
      },
    ],
  }
}
