// What real SigNoz makes of our signals: names, units, temporality and labels as declared, traces and logs that find each other.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { METRICS, type MetricDeclaration, RESOURCE_ATTRIBUTES } from '@deye-hard/telemetry-schema'
import { waitUntil } from '@deye-hard/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Tour, takeTour } from '../tour/tour.ts'
import { openBrowser, SigNoz, sigNozAddress } from './signoz.ts'

const { address, missing } = sigNozAddress(process.env)
const TOUR_LIMIT_MS = 240_000
const ARRIVAL_LIMIT_MS = 60_000
/** Tells this run from others that the same SigNoz has seen. */
const ENVIRONMENT = `test-${Date.now()}`
const PICTURES = process.env.SIGNOZ_PICTURES ?? ''
/** Parts that a histogram is stored as; bounds of the buckets are a label of the first. */
const HISTOGRAM_PARTS = ['bucket', 'count', 'sum', 'min', 'max']
/** By the resource detection of SigNoz's collector. */
const ADDED_ON_THE_WAY = ['os.type']
const declared: Record<string, MetricDeclaration> = METRICS

if (missing !== null) process.stderr.write(`Tests on SigNoz are skipped: ${missing}.\n`)

describe.skipIf(address === null)('SigNoz', () => {
  const signoz = new SigNoz(address!)
  let tour: Tour
  let stored: StoredMetric[]

  beforeAll(async () => {
    await signoz.logIn()
    tour = await takeTour(`http://${address!.otlp}`, ENVIRONMENT)
    const expected = Object.entries(declared).filter(([, { notInTour }]) => notInTour === undefined)
    await waitUntil(
      async () => {
        stored = await storedMetrics(signoz)
        const names = new Set(stored.map(({ metric }) => metric))
        return expected.every(([name]) => names.has(name))
      },
      { timeoutMs: ARRIVAL_LIMIT_MS, what: 'every metric' },
    ).catch(() => {})
  }, TOUR_LIMIT_MS)
  afterAll(() => tour?.end())

  test('has every declared metric, and no other of ours', () => {
    const names = new Set(stored.map(({ metric }) => metric))
    const absent = Object.entries(declared).filter(
      ([name, { notInTour }]) => notInTour === undefined && !names.has(name),
    )
    expect(absent.map(([name]) => name)).toEqual([])
    expect([...names].filter(name => declared[name] === undefined)).toEqual([])
  })

  test('has kind, unit, temporality and labels of each as declared', () => {
    expect([...new Set(stored.flatMap(metricFaults))]).toEqual([])
  })

  test('shows one frame as one trace over both services', async () => {
    const traceId = await traceOfAFrame(signoz)
    const spans = await signoz.rows<{ service: string; name: string }>(
      `SELECT resource_string_service$$name AS service, name FROM signoz_traces.distributed_signoz_index_v3
       WHERE trace_id = '${traceId}' AND ts_bucket_start >= toUnixTimestamp(now()) - 7200`,
    )
    const names = spans.map(({ service, name }) => `${service} ${name}`)
    expect(names).toEqual(
      expect.arrayContaining([
        'solar-collector logger message',
        'solar-collector shipment',
        'solar-api POST /api/measurements',
        'solar-api handler',
        'solar-api ingest.insert_rows',
      ]),
    )
  })

  test('has log lines of both services with the id of that trace', async () => {
    const traceId = await traceOfAFrame(signoz)
    const lines = await signoz.rows<{ service: string; body: string; severity: string }>(
      `SELECT resources_string['service.name'] AS service, body, severity_text AS severity
       FROM signoz_logs.distributed_logs_v2
       WHERE trace_id = '${traceId}' AND ts_bucket_start >= toUnixTimestamp(now()) - 7200`,
    )
    expect(lines).toEqual(
      expect.arrayContaining([
        { service: 'solar-collector', body: 'batch shipped', severity: 'INFO' },
        { service: 'solar-api', body: 'request completed', severity: 'INFO' },
      ]),
    )
  })

  test('draws the trace, its logs and a metric in the browser', { timeout: 120_000 }, async context => {
    const open = await openBrowser(address!)
    if (open === null) return context.skip('no Chromium is installed')
    const { browser, page } = open
    const picture = async (name: string) => {
      if (PICTURES === '') return
      mkdirSync(PICTURES, { recursive: true })
      await page.screenshot({ path: join(PICTURES, `${name}.png`) })
    }
    try {
      await page.goto(`${address!.url}/trace/${await traceOfAFrame(signoz)}`)
      for (const name of ['logger message', 'shipment', 'POST /api/measurements', 'ingest.batch'])
        await page.getByText(name, { exact: true }).first().waitFor({ state: 'attached', timeout: 30_000 })
      await picture('signoz-trace')
      await page.goto(`${address!.url}/metrics-explorer/summary`)
      await page.getByText('solar.', { exact: false }).first().waitFor({ timeout: 30_000 })
      await picture('signoz-metrics')
    } finally {
      await browser.close()
    }
  })
})

interface StoredMetric {
  metric: string
  part: string | null
  type: string
  temporality: string
  unit: string
  labels: Record<string, string>
}

async function storedMetrics(signoz: SigNoz): Promise<StoredMetric[]> {
  const rows = await signoz.rows<{
    metric_name: string
    type: string
    temporality: string
    unit: string
    labels: string
  }>(
    `SELECT DISTINCT metric_name, type, temporality, unit, labels FROM signoz_metrics.distributed_time_series_v4
     WHERE JSONExtractString(labels, 'deployment.environment.name') = '${ENVIRONMENT}'`,
  )
  return rows.map(({ metric_name: stored, labels, ...row }) => {
    const part = HISTOGRAM_PARTS.find(
      suffix =>
        declared[stored] === undefined &&
        declared[stored.slice(0, -suffix.length - 1)] !== undefined &&
        stored.endsWith(`.${suffix}`),
    )
    const metric = part === undefined ? stored : stored.slice(0, -part.length - 1)
    return { ...row, metric, part: part ?? null, labels: JSON.parse(labels) as Record<string, string> }
  })
}

function metricFaults({ metric, part, type, temporality, unit, labels }: StoredMetric): string[] {
  const declaration = declared[metric]
  if (declaration === undefined) return [`${metric} is not declared`]
  const wanted = storedAs(declaration, part)
  const own = Object.keys(labels).filter(
    name =>
      !name.startsWith('__') &&
      !(name in RESOURCE_ATTRIBUTES) &&
      !ADDED_ON_THE_WAY.includes(name) &&
      name !== 'le',
  )
  const name = part === null ? metric : `${metric}.${part}`
  return [
    ...(type === wanted.type ? [] : [`${name} is stored as ${type}, expected ${wanted.type}`]),
    ...(temporality === wanted.temporality
      ? []
      : [`${name} is ${temporality}, expected ${wanted.temporality}`]),
    ...(unit === wanted.unit ? [] : [`${name} has the unit ${unit}, expected ${wanted.unit}`]),
    ...own
      .filter(label => declaration.labels[label] === undefined)
      .map(label => `${name} has the label ${label}, which is not declared`),
    ...Object.entries(declaration.labels)
      .filter(([label, domain]) => !domain.optional && !own.includes(label))
      .map(([label]) => `${name} lacks the label ${label}`),
  ]
}

/** Contract section 7: how each kind of OTLP metric is stored. (ran) Counts of a histogram have the unit 1. */
function storedAs(
  { kind, unit }: MetricDeclaration,
  part: string | null,
): Pick<StoredMetric, 'type' | 'temporality' | 'unit'> {
  if (kind === 'gauge' || part === 'min' || part === 'max')
    return { type: 'Gauge', temporality: 'Unspecified', unit }
  const type = part === 'bucket' ? 'Histogram' : 'Sum'
  return { type, temporality: 'Cumulative', unit: part === 'count' ? '1' : unit }
}

/** A message of a registered logger that went all the way. */
async function traceOfAFrame(signoz: SigNoz): Promise<string> {
  const [found] = await signoz.rows<{ trace_id: string }>(
    `SELECT trace_id FROM signoz_traces.distributed_signoz_index_v3
     WHERE ts_bucket_start >= toUnixTimestamp(now()) - 7200 AND resources_string['deployment.environment.name'] = '${ENVIRONMENT}'
     GROUP BY trace_id
     HAVING countIf(name = 'logger message') = 1 AND countIf(name = 'ingest.insert_rows') = 1
     ORDER BY trace_id LIMIT 1`,
  )
  if (found === undefined) throw new Error('SigNoz has no trace of a frame that became a row')
  return found.trace_id
}
