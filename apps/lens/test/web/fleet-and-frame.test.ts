// Pages that show rows of the database: the power of each logger with its night, and the row that the frame of a span became.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMigratedDatabase, type MigratedDatabase } from '@deye-hard/testkit'
import pg from 'pg'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FleetRows, openFleetRows } from '../../src/postgres/fleet-rows.ts'
import { bundleWeb } from '../../src/server/bundle.ts'
import { type LensForTests, lensForTests } from '../server/lens-for-tests.ts'
import { chromiumPath, launchChromium, type OpenPage, openPage } from './browser-for-tests.ts'

const PATIENCE_MS = 25_000
const START_MS = 60_000
const SERIAL = '4000000001'
const TRACE = 'd'.repeat(32)

let database: MigratedDatabase
let rows: FleetRows
let lens: LensForTests
let browser: Browser
let output: string
let open: OpenPage

const eventually = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: PATIENCE_MS })

// Without a Chromium there is nothing to draw with; CHROMIUM names one that lies elsewhere.
describe.skipIf(chromiumPath === null)('rows on pages', () => {
  beforeAll(async () => {
    output = mkdtempSync(join(tmpdir(), 'lens-rows-'))
    database = await createMigratedDatabase()
    rows = openFleetRows({ databaseUrl: database.viewerUrl, timeoutMs: PATIENCE_MS })
    lens = await lensForTests(await bundleWeb(output), {}, { rows })
    await oneMessage(lens.nowMs - 600_000)
    browser = await launchChromium()
    open = await openPage(browser)
  }, START_MS)
  afterAll(async () => {
    await browser?.close()
    await lens?.stop()
    await rows?.close()
    await database?.drop()
    rmSync(output, { recursive: true, force: true })
  })

  it('each logger has its power and its night, said in words too', async () => {
    const { page, complaints } = open
    await page.goto(`${lens.server.url}/fleet`)
    const row = page.getByRole('row', { name: new RegExp(SERIAL) })
    const picture = row.getByRole('img')
    await eventually(() => picture.count()).toBe(1)
    expect(await picture.getAttribute('aria-label')).toMatch(/most 321 W at \d\d:\d\d; night /)
    expect(await row.locator('path').getAttribute('d')).toMatch(/^M\d+ 28V0H/)
    expect(await row.locator('rect.night').count()).toBeGreaterThan(0)
    await eventually(() => row.textContent()).toContain('321 W')
    // Registered nowhere, so without a curve.
    const other = page.getByRole('row', { name: /4000000002/ })
    expect([await other.count(), await other.getByRole('img').count()]).toEqual([1, 0])
    expect(complaints).toEqual([])
  })

  it('a span leads to its frame and the row that this became, by the keyboard too', async () => {
    const { page, complaints } = open
    await page.goto(`${lens.server.url}/traces/${TRACE}`)
    const details = page.locator('.span-details')
    await page.locator('summary', { hasText: 'Frame and row' }).press('Enter')
    await eventually(() => details.textContent()).toMatch(
      /Row in measurement, received 4 ms after the span began/,
    )
    const text = await details.textContent()
    expect(text).toContain('ac_active_power_w321')
    expect(text).toContain('solarman.control_code0x4210')
    expect(text).toContain('not kept')
    expect(complaints).toEqual([])
  })

  it('without a database both say so', async () => {
    const bare = await lensForTests(await bundleWeb(output))
    const { page } = open
    await page.goto(`${bare.server.url}/fleet`)
    await eventually(() => page.locator('main').textContent()).toContain('LENS_DATABASE_URL is not set')
    await bare.stop()
  })
})

/** A frame as collector and API leave it: a span and a row. */
async function oneMessage(atMs: number): Promise<void> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query(
    "INSERT INTO site (name, latitude, longitude, timezone) VALUES ('s', 52.5, 13.4, 'Europe/Berlin')",
  )
  await client.query(
    "INSERT INTO inverter (site_id, logger_serial, name, rated_power_w) SELECT id, $1, 'i', 300 FROM site",
    [SERIAL],
  )
  await client.query(
    `INSERT INTO measurement (inverter_id, time, received_at, record_counter, dedupe_key, buffered, time_quality, ac_active_power_w)
     SELECT id, $1, $1, 1, gen_random_uuid(), false, 'exact', 321 FROM inverter`,
    [new Date(atMs + 4)],
  )
  await client.end()
  await lens.engine.insert('signoz_traces.signoz_index_v3', [
    {
      ts_bucket_start: Math.floor(atMs / 1_800_000) * 1_800,
      timestamp: new Date(atMs).toISOString().replace('T', ' ').replace('Z', '000000'),
      trace_id: TRACE,
      span_id: 'd'.repeat(16),
      name: 'logger message',
      kind_string: 'Consumer',
      duration_nano: 6e6,
      attributes_string: {
        'logger.serial': SERIAL,
        'solarman.control_code': '0x4210',
        'frame.outcome': 'acked',
      },
      attributes_number: { 'frame.size': 242 },
      resources_string: { 'service.name': 'solar-collector' },
    },
  ])
}
