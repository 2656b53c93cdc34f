// Every page of lens in headless Chromium: real numbers on it, no complaint of the browser, usable by keyboard and on a phone.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleWeb } from '../../src/server/bundle.ts'
import { type LensForTests, lensForTests } from '../server/lens-for-tests.ts'
import { FAILED_TRACE } from '../server/telemetry.ts'
import { chromiumPath, launchChromium, type OpenPage, openPage, unnamedIn } from './browser-for-tests.ts'

const STATUS_LINE = 'Lens is for one machine and short history; production is SigNoz.'
/** On a machine that does other things too. */
const PATIENCE_MS = 25_000
/** Of the script and the picture in the mail; nothing of ours. */
const OF_MAIL = /iframe|sandbox|192\.0\.2\.1|Content Security Policy/i
const PHONE = { width: 390, height: 844 }
const PAGES = [
  '/',
  '/insights',
  '/traces',
  `/traces/${FAILED_TRACE}`,
  '/logs',
  '/alerts',
  '/alerts/ApiErrorRate',
  '/mails',
  '/fleet',
  '/proof',
  '/health',
]

let lens: LensForTests
let browser: Browser
let output: string
let open: OpenPage

const eventually = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: PATIENCE_MS })

// Without a Chromium there is nothing to draw with; CHROMIUM names one that lies elsewhere.
describe.skipIf(chromiumPath === null)('pages', () => {
  beforeAll(async () => {
    output = mkdtempSync(join(tmpdir(), 'lens-web-'))
    lens = await lensForTests(await bundleWeb(output))
    browser = await launchChromium()
    open = await openPage(browser)
  })
  afterAll(async () => {
    await browser?.close()
    await lens?.stop()
    rmSync(output, { recursive: true, force: true })
  })

  const go = async (path: string): Promise<Page> => {
    open.complaints.length = 0
    await open.page.goto(lens.server.url + path)
    return open.page
  }
  const panel = (page: Page, name: string) => page.locator(`[data-panel="${name}"]`)

  it('Home draws numbers with thresholds, charts with legends, and says where there is no data', async () => {
    const page = await go('/?refresh=5')
    await eventually(() => page.locator('h1').textContent()).toBe('Home')
    await eventually(() => panel(page, 'silent-loggers').locator('.panel-body').textContent()).toMatch(/^2/)
    expect(await panel(page, 'silent-loggers').locator('.number').getAttribute('class')).toMatch(/background/)
    const states = panel(page, 'loggers-by-state')
    await eventually(() => states.locator('.legend li').count()).toBe(5)
    await eventually(() => states.locator('canvas').count()).toBe(1)
    expect(await states.locator('.chart').getAttribute('aria-label')).toContain('live 3')
    await eventually(() => panel(page, 'disk-now').textContent()).toContain('No data in this time')
    expect(await panel(page, 'silent-loggers').locator('[role=tooltip]').textContent()).toContain('?')
    expect(open.complaints).toEqual([])
  })

  it('says that the first full minute is awaited', async () => {
    const page = await go(`/?from=${Math.floor(lens.nowMs / 60_000) * 60_000}`)
    await eventually(() => page.locator('.first-minute').textContent()).toContain('Lens has just started')
  })

  it('a choice of a variable stands in the address and in the queries', async () => {
    const page = await go('/dashboards/api')
    const requests = panel(page, 'requests')
    await eventually(() => requests.locator('.legend li').count()).toBe(2)
    await page.getByRole('button', { name: /^Route All/ }).click()
    await page.getByRole('checkbox', { name: '/api/measurements' }).check()
    await eventually(() => requests.locator('.legend li').count()).toBe(1)
    await page.getByRole('checkbox', { name: '/api/inverters' }).check()
    await eventually(() => requests.locator('.legend li').count()).toBe(2)
    expect(new URL(page.url()).searchParams.getAll('var-route')).toEqual([
      '/api/measurements',
      '/api/inverters',
    ])
    await page.keyboard.press('Escape')
    expect(await page.getByRole('checkbox').count()).toBe(0)
    await page.getByLabel('Time range').selectOption('now-3h')
    expect(new URL(page.url()).searchParams.get('from')).toBe('now-3h')
    expect(open.complaints).toEqual([])
  })

  it.each(['collector', 'database', 'fleet'])('the dashboard %s is drawn whole', async name => {
    const page = await go(`/dashboards/${name}`)
    const panels = Object.keys(
      lens.parts.monitoring.dashboards.find(one => one.name === name)!.document.spec.panels,
    )
    await eventually(() => page.locator('[data-panel]').count()).toBe(panels.length)
    for (const one of panels) {
      await panel(page, one).scrollIntoViewIfNeeded()
      await eventually(() => panel(page, one).getAttribute('data-state')).toBe('data')
    }
    expect(open.complaints).toEqual([])
  })

  it('a point of a chart leads to the traces of that moment', async () => {
    const page = await go('/dashboards/api')
    const latency = panel(page, 'p95-by-endpoint')
    await latency.scrollIntoViewIfNeeded()
    await eventually(() => latency.locator('canvas').count()).toBe(1)
    const box = (await latency.locator('.chart').boundingBox())!
    const menu = page.getByRole('dialog')
    await eventually(async () => {
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
      return menu.count()
    }).toBe(1)
    await menu.getByRole('link', { name: 'Requests to this endpoint' }).click()
    await eventually(() => page.locator('h1').textContent()).toBe('Traces')
    expect(new URL(page.url()).searchParams.get('filter')).toMatch(
      /http.route = '\/api\/(inverters|measurements)'/,
    )
  })

  it('a line that is shown alone leads there too, without a pointer', async () => {
    const page = await go('/dashboards/api')
    const endpoints = panel(page, 'p95-by-endpoint')
    await endpoints.scrollIntoViewIfNeeded()
    await endpoints.getByRole('button', { name: 'GET /api/measurements' }).press('Enter')
    await endpoints.getByRole('link', { name: 'Requests to this endpoint' }).press('Enter')
    await eventually(() => page.getByLabel('Filter').inputValue()).toContain(
      "http.route = '/api/measurements'",
    )
    await page.getByLabel('Order').selectOption('slowest')
    expect(new URL(page.url()).searchParams.get('order')).toBe('slowest')
    expect(open.complaints).toEqual([])
  })

  it('a trace has its waterfall, attributes and log lines, and the way there', async () => {
    const page = await go('/traces?filter=has_error+%3D+true')
    await page.locator('tbody a').first().click()
    await eventually(() => page.locator('.waterfall li').count()).toBe(2)
    await page.locator('.waterfall button').first().click()
    const details = page.locator('.span-details')
    await eventually(() => details.textContent()).toContain('request failed')
    expect(await details.textContent()).toContain('exception')
    await page.locator('.waterfall button').nth(1).press('Enter')
    await eventually(() => details.textContent()).toContain('database_unavailable')
    expect(page.url()).toContain(FAILED_TRACE)
    expect(open.complaints).toEqual([])
  })

  it('logs are searched, opened, tailed, and lead to their trace', async () => {
    const page = await go('/logs')
    await eventually(() => page.locator('.log-lines li').count()).toBeGreaterThan(20)
    await page.getByLabel('Filter').fill("severity_text = 'ERROR'")
    await page.getByLabel('Filter').press('Enter')
    await eventually(() => page.locator('.log-lines li').count()).toBe(1)
    await page.getByRole('button', { name: 'Live tail' }).click()
    await eventually(() => page.getByRole('status').textContent()).toContain('Waiting for new lines')
    await lens.engine.insert('signoz_logs.logs_v2', [freshLine()])
    await eventually(() => page.locator('.log-lines').textContent()).toContain('just now')
    await page.locator('.log-lines summary').first().click()
    await page.getByRole('link', { name: 'Open its trace' }).first().click()
    await eventually(() => page.locator('.waterfall li').count()).toBe(2)
    expect(open.complaints).toEqual([])
  })

  it('a filter that cannot be read is refused with its reason', async () => {
    const page = await go('/logs?filter=severity_text+%3D%3D')
    await eventually(() => page.locator('.refused').textContent()).toContain('Not drawn.')
    expect(open.complaints).toEqual([])
  })

  it('alerts lead to the rule, its runbook and its mail, which runs no script', async () => {
    const page = await go('/alerts')
    await eventually(() => page.locator('tbody tr').first().textContent()).toContain('ApiErrorRate')
    expect(await page.locator('tbody tr').first().textContent()).toContain('12% (limit 10%)')
    await page.getByRole('link', { name: 'ApiErrorRate' }).click()
    await eventually(() => page.locator('.runbook h2').first().textContent()).toBe('Meaning')
    const scenarios = page.getByRole('table', { name: 'Scenarios of ApiErrorRate and the mails that came' })
    expect(await scenarios.getByRole('row', { name: /^fires / }).textContent()).toMatch(
      /critical at 12m\d+s, over at/,
    )
    expect(await page.locator('main').textContent()).toMatch(/Last drill.*SigNoz .+: mail \d+ s after/)
    await page.getByRole('link', { name: '[critical] ApiErrorRate' }).click()
    await eventually(() => page.frameLocator('iframe').locator('h1').textContent()).toBe('ApiErrorRate')
    await page.getByRole('button', { name: 'Text' }).click()
    await eventually(() => page.locator('.mail pre').textContent()).toContain('12% of the answers')
    expect(await page.title()).toBe('Mails · Lens')
    expect(await page.getByRole('alert').textContent()).toMatch(/^2 mails wait\..* 550 no such user$/)
    expect(open.complaints.filter(text => !OF_MAIL.test(text))).toEqual([])
  })

  it('fleet, proof and health have their facts', async () => {
    const page = await go('/fleet')
    await eventually(() => page.locator('tbody tr').first().textContent()).toContain('missing')
    await page.getByRole('button', { name: 'live' }).click()
    await eventually(() => page.locator('tbody tr').count()).toBe(3)
    await go('/proof')
    await eventually(() => page.locator('main').textContent()).toMatch(
      /\d+ of 142 have data, \d+ have none, 0 are refused/,
    )
    const rule = page.locator('[data-rule="ApiErrorRate"]')
    expect(await rule.textContent()).toMatch(/2 with mails, 2 silent.*mail \d+ s after the cause began/)
    await rule.locator('summary').click()
    await eventually(() => rule.locator('li').count()).toBe(4)
    await rule.getByRole('link', { name: 'runbook of ApiErrorRate' }).click()
    await eventually(() => page.locator('#runbook h2').first().textContent()).toBe('Meaning')
    await go('/health')
    await eventually(() => page.locator('main').textContent()).toContain('queries.done')
    expect(open.complaints).toEqual([])
  })

  it('insights have gauges, a heat map of failures and boxes of durations', async () => {
    const page = await go('/insights')
    await eventually(() =>
      page.getByRole('img', { name: /Requests that failed: \d/ }).count(),
    ).toBeGreaterThan(0)
    await eventually(() =>
      page
        .getByRole('img', { name: /most of GET \/api\/inverters/ })
        .locator('canvas')
        .count(),
    ).toBeGreaterThan(0)
    await eventually(() =>
      page
        .getByRole('img', { name: /select inverters 20 ms/ })
        .locator('canvas')
        .count(),
    ).toBeGreaterThan(0)
    expect(open.complaints).toEqual([])
  })

  it('says on every page what lens is for, that something fires, and the name of whatever can be used', async () => {
    for (const path of PAGES) {
      const page = await go(path)
      await eventually(() => page.locator('footer').textContent()).toBe(STATUS_LINE)
      await eventually(() => page.getByRole('link', { name: 'Alerts 1 firing' }).count()).toBe(1)
      await eventually(() => page.locator('main h1').count()).toBeGreaterThan(0)
      expect([path, await unnamedIn(page)]).toEqual([path, []])
    }
    await go('/nothing/of/ours')
    expect((await open.page.title()).includes('Lens')).toBe(false)
  })

  it('is used by the keyboard alone, with the focus in sight', async () => {
    const page = await go('/')
    await eventually(() => page.locator('h1').count()).toBe(1)
    const focused = (what: string) => page.evaluate(what)
    await page.keyboard.press('Tab')
    expect(await focused('document.activeElement.textContent')).toBe('Skip to content')
    await page.getByRole('button', { name: 'Go from Loggers silent' }).focus()
    expect(await focused('getComputedStyle(document.activeElement).outlineStyle')).not.toBe('none')
    await page.keyboard.press('Enter')
    await eventually(() => focused('document.activeElement.textContent')).toBe('Fleet')
    await page.keyboard.press('Escape')
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(await focused("document.activeElement.getAttribute('aria-label')")).toBe('Go from Loggers silent')
  })

  it('fits a phone, and is dark where the system or the person says so', async () => {
    const phone = await openPage(browser, { ...PHONE, colorScheme: 'dark' })
    const ground = () =>
      phone.page.evaluate('getComputedStyle(document.body).backgroundColor') as Promise<string>
    for (const path of PAGES) {
      await phone.page.goto(lens.server.url + path)
      await eventually(() => phone.page.locator('h1').count()).toBeGreaterThan(0)
      expect([path, await phone.page.evaluate('document.documentElement.scrollWidth')]).toEqual([
        path,
        PHONE.width,
      ])
    }
    expect(await ground()).toBe('rgb(17, 22, 27)')
    await phone.page.getByLabel('Colours').selectOption('light')
    expect(await ground()).toBe('rgb(244, 246, 248)')
    expect(phone.complaints.filter(text => !OF_MAIL.test(text))).toEqual([])
    await phone.page.close()
  })

  function freshLine() {
    const ms = Date.now()
    return {
      ts_bucket_start: Math.floor(ms / 1_800_000) * 1_800,
      timestamp: `${ms}000000`,
      id: 'fresh',
      trace_id: FAILED_TRACE,
      severity_text: 'ERROR',
      severity_number: 17,
      body: 'just now',
      resources_string: { 'service.name': 'solar-api' },
    }
  }
})
