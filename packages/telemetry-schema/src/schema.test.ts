// The list is sound in itself, and docs/telemetry.md says the same.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { telemetryDocument } from './document.ts'
import { ATTRIBUTES, LOG_EVENTS, METRICS, SCRAPED_METRICS, SERVICES, SPANS } from './index.ts'
import type { MetricDeclaration } from './metric.ts'

const DOTTED = /^[a-z0-9_]+(\.[a-z0-9_]+)+$/
const SNAKE = /^[a-z][a-z0-9_]*$/
const metrics = Object.entries<MetricDeclaration>(METRICS)
const scraped = Object.entries<MetricDeclaration>(SCRAPED_METRICS)

it('docs/telemetry.md is what `npm run docs` writes', () => {
  const written = readFileSync(join(import.meta.dirname, '../../../docs/telemetry.md'), 'utf8')
  expect(written === telemetryDocument(), 'run `npm run docs`').toBe(true)
})

describe.each([...metrics, ...scraped])('%s', (name, metric) => {
  it('has labels that are bounded, and no value twice', () => {
    for (const [label, domain] of Object.entries(metric.labels)) {
      expect(['closed', 'registered', 'bounded']).toContain(domain.kind)
      if (domain.kind === 'closed') expect(new Set(domain.values).size, label).toBe(domain.values.length)
      if (domain.kind === 'bounded') expect(domain.max, label).toBeLessThanOrEqual(100)
    }
  })

  it('says what it is, in which unit, and who emits it', () => {
    expect(metric.about.length).toBeGreaterThan(5)
    expect(metric.unit).toMatch(/^(s|By|1|%|\{[a-z]+\}(\/min)?)$/)
    expect(metric.by.length).toBeGreaterThan(0)
    expect(metric.by.filter(service => !SERVICES.includes(service))).toEqual([])
    expect(metric.notInTour).not.toBe('')
  })

  it('has rising buckets if it is a histogram, and none otherwise', () => {
    if (metric.kind !== 'histogram') return expect(metric.buckets).toBeUndefined()
    const buckets = metric.buckets ?? []
    expect(buckets.length).toBeGreaterThan(3)
    expect([...buckets].sort((a, b) => a - b)).toEqual(buckets)
  })

  it('fits the number of series that it may have', () => {
    const closed = Object.values(metric.labels).filter(domain => domain.kind === 'closed')
    const series = closed.reduce((product, domain) => product * domain.values.length, 1)
    expect(series).toBeLessThanOrEqual(metric.seriesMax ?? 200)
    expect(name).not.toBe('')
  })
})

it('names what is pushed with dots and what is scraped with underscores, so that nothing is said twice', () => {
  expect(metrics.map(([name]) => name).filter(name => !DOTTED.test(name))).toEqual([])
  expect(scraped.map(([name]) => name).filter(name => !SNAKE.test(name))).toEqual([])
})

it('labels of metrics are attributes or short words of their own', () => {
  const labels = new Set(metrics.flatMap(([, metric]) => Object.keys(metric.labels)))
  const dotted = [...labels].filter(name => name.includes('.') && !(name in ATTRIBUTES))
  // Conventions of OpenTelemetry that stand on metrics only.
  expect(dotted.filter(name => !name.startsWith('db.client.connection.'))).toEqual([])
})

it('a span declares each attribute once', () => {
  for (const [name, span] of Object.entries(SPANS))
    expect(new Set(span.attributes).size, name).toBe(span.attributes.length)
})

it('messages of log events are constant text without values', () => {
  for (const message of Object.keys(LOG_EVENTS)) expect(message).toMatch(/^[A-Za-z0-9 ,/-]+$/)
})

it('nothing personal has a name', () => {
  const names = [...Object.keys(ATTRIBUTES), ...metrics.flatMap(([, metric]) => Object.keys(metric.labels))]
  expect(names.filter(name => /e-?mail|ssid|\bmac\b|token|password|body/i.test(name))).toEqual([])
})
