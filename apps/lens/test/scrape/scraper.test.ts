// Pages over a real connection: rows as SigNoz's collector makes them, series that end, and targets that are down or too much.
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { waitUntil } from '@deye-hard/testkit'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type Scraper, type ScraperOptions, startScraper } from '../../src/scrape/scraper.ts'
import type { PageLimits } from '../../src/scrape/target.ts'
import { type IntakeForTests, intakeForTests } from '../intake/intake-for-tests.ts'
import { PAGE_STATEMENTS } from './stored-pages.ts'

const fixture = (name: string) => readFileSync(new URL(`./${name}`, import.meta.url), 'utf8')
/** Made by hand with the lab: page.txt, then page-later.txt, then nothing, scraped by SigNoz's collector as job `recorded`. */
const recorded: Record<keyof typeof PAGE_STATEMENTS, unknown[]> = JSON.parse(fixture('signoz-page-rows.json'))
const LIMITS: PageLimits = { timeoutMs: 2_000, pageBytes: 50_000, samples: 500 }

let lens: IntakeForTests
let server: Server
let url: string
let answer = { status: 200, body: '' }
let scraper: Scraper | undefined

beforeAll(async () => {
  lens = await intakeForTests()
  server = createServer((_, response) => {
    response.writeHead(answer.status, { 'content-type': 'text/plain; version=0.0.4' })
    response.end(answer.body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`
})

afterEach(async () => {
  await scraper?.stop()
})

afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await lens.stop()
})

function start(job: string, options: Partial<ScraperOptions> = {}): Scraper {
  scraper = startScraper(lens.intake, {
    targets: [{ job, url }],
    intervalMs: 30,
    environment: 'lab',
    limits: LIMITS,
    ...options,
  })
  return scraper
}

const scrapes = async (count: number) => {
  const before = scraper?.status()[0]?.scrapes ?? 0
  await waitUntil(() => (scraper?.status()[0]?.scrapes ?? 0) >= before + count)
}

it('gives the rows that SigNoz has of the same pages, ends of series included', async () => {
  answer = { status: 200, body: fixture('page.txt') }
  start('recorded')
  await scrapes(3)
  answer = { status: 200, body: fixture('page-later.txt') }
  await scrapes(3)
  answer = { status: 503, body: '' }
  await scrapes(3)
  await scraper?.stop()
  await lens.intake.flush()
  for (const name of ['series', 'samples'] as const)
    expect(await lens.engine.query(PAGE_STATEMENTS[name]('recorded'))).toEqual(recorded[name])
})

it('a target that is down is up = 0 from the first scrape on, and 1 when it is back', async () => {
  answer = { status: 200, body: 'x 1\n' }
  const gone = createServer()
  await new Promise<void>(resolve => gone.listen(0, '127.0.0.1', resolve))
  const { port } = gone.address() as AddressInfo
  await new Promise(resolve => gone.close(resolve))
  start('absent', { targets: [{ job: 'absent', url: `http://127.0.0.1:${port}/metrics` }] })
  await scrapes(1)
  await lens.intake.flush()
  const [row] = await lens.engine.query(
    "SELECT max(value) AS up FROM signoz_metrics.samples_v4 WHERE metric_name = 'up' AND fingerprint IN (SELECT fingerprint FROM signoz_metrics.time_series_v4 WHERE resource_attrs['service.name'] = 'absent')",
  )
  expect(row).toEqual({ up: 0 })
  expect(scraper?.status()).toMatchObject([
    { job: 'absent', up: false, faults: { unreachable: expect.any(Number) } },
  ])
  expect(scraper?.status()[0]?.lastFault).toContain('ECONNREFUSED')
})

it.each([
  ['status', { status: 500, body: 'x 1' }],
  ['too_large', { status: 200, body: `# ${'x'.repeat(LIMITS.pageBytes)}\n` }],
  [
    'too_many_samples',
    { status: 200, body: Array.from({ length: LIMITS.samples + 1 }, (_, i) => `x{i="${i}"} 1\n`).join('') },
  ],
  ['malformed', { status: 200, body: 'x 1\ny{a="b} 2\n' }],
] as const)('a page that is wrong by %s counts as down, with its reason', async (fault, wrong) => {
  answer = wrong
  start('wrong')
  await scrapes(1)
  const [status] = scraper?.status() ?? []
  expect(status).toMatchObject({ up: false, samples: 0 })
  expect(status?.faults[fault]).toBeGreaterThan(0)
})

it('a target that hangs is ended by the timeout and does not pile up', async () => {
  const hanging = createServer(() => {})
  await new Promise<void>(resolve => hanging.listen(0, '127.0.0.1', resolve))
  const { port } = hanging.address() as AddressInfo
  start('slow', {
    targets: [{ job: 'slow', url: `http://127.0.0.1:${port}/` }],
    limits: { ...LIMITS, timeoutMs: 100 },
  })
  await scrapes(2)
  const open = await new Promise<number>(resolve => hanging.getConnections((_, count) => resolve(count)))
  expect(open).toBeLessThanOrEqual(1)
  hanging.closeAllConnections()
  hanging.close()
})

it('target_info names the target, as an OpenTelemetry SDK says who it is', async () => {
  answer = {
    status: 200,
    body: '# TYPE target_info gauge\ntarget_info{service_name="from-sdk",service_version="1.2"} 1\nown_metric 5\n',
  }
  start('job-name')
  await scrapes(1)
  await lens.intake.flush()
  const rows = await lens.engine.query(
    "SELECT DISTINCT resource_attrs['service.name'] AS name, resource_attrs['service.version'] AS version FROM signoz_metrics.time_series_v4 WHERE metric_name IN ('own_metric', 'target_info')",
  )
  expect(rows).toEqual([{ name: 'from-sdk', version: '1.2' }])
})
