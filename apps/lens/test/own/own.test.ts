// What lens says in place of SigNoz's collector: telemetry taken and given up, how full the disk is, and pages that fail as targets do.
import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storedMetric } from '@deye-hard/monitoring'
import { afterAll, expect, test } from 'vitest'
import { newIntakeCounts } from '../../src/intake/counts.ts'
import { collectorPage } from '../../src/own/collector-page.ts'
import { diskRequest } from '../../src/own/disk.ts'
import { serveLocalPage } from '../../src/own/local-page.ts'
import { readPage } from '../../src/scrape/read-page.ts'

const folder = mkdtempSync(join(tmpdir(), 'lens-own-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('what is taken, refused and given up has the names of the collector', () => {
  const { signals } = newIntakeCounts()
  signals.metrics.received = 100
  signals.metrics.dropped.too_old = 7
  signals.metrics.dropped.queue_full = 20
  signals.metrics.dropped.insert_failed = 3
  const page = readPage(collectorPage(signals))
  if (page.kind === 'malformed') throw new Error(`line ${page.line}`)
  const value = (name: string) => page.families.find(family => family.name === name)?.samples[0]?.value
  expect(value('otelcol_receiver_accepted_metric_points_total')).toBe(93)
  expect(value('otelcol_receiver_refused_metric_points_total')).toBe(7)
  expect(value('otelcol_exporter_send_failed_metric_points_total')).toBe(23)
  expect(value('otelcol_exporter_send_failed_spans_total')).toBe(0)
  for (const { name, type, samples } of page.families) {
    const known = storedMetric(name)
    expect(type, name).toBe(known?.kind)
    for (const label of Object.keys(samples[0]!.labels)) expect([...known!.labels.keys()]).toContain(label)
  }
})

test('the disk is as df shows it, with the labels of the collector', async () => {
  const about = { environment: 'test', host: 'here', nowMs: 1_764_000_000_000 }
  const { resourceMetrics } = await diskRequest(folder, about)
  const metrics = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(scope => scope.metrics))
  const points = metrics.map(({ name, gauge }) => {
    const [point] = gauge!.dataPoints
    const labels = Object.fromEntries(point!.attributes.map(({ key, value }) => [key, value?.stringValue]))
    return { name, labels, value: point!.asDouble! }
  })
  const { blocks, bfree, bavail } = statfsSync(folder)
  const used = (blocks - bfree) / (blocks - bfree + bavail)
  const utilization = points.find(({ name }) => name === 'system.filesystem.utilization')
  expect(utilization?.value).toBeCloseTo(used, 2)
  expect(points.map(({ labels }) => labels['state']).toSorted()).toEqual([
    'free',
    'reserved',
    'used',
    undefined,
  ])
  for (const { name, labels } of points)
    for (const label of Object.keys(labels)) expect([...storedMetric(name!)!.labels.keys()]).toContain(label)
})

test('a page that cannot be rendered is an answer of status 500', async () => {
  const page = await serveLocalPage(() => Promise.reject(new Error('no')))
  expect((await fetch(page.url)).status).toBe(500)
  await page.close()
})
