// Takes the pictures of docs/lens.md and of the README from a running lens: `node apps/lens/test/web/take-pictures.ts http://localhost:8080`,
// best after half an hour of `npm start`. Each is saved with the best quality that keeps it small.
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { launchChromium, openPage } from './browser-for-tests.ts'

const PICTURES = resolve(import.meta.dirname, '../../../../docs/pictures')
const BYTES_MAX = 32_000
const HOME_BYTES_MAX = 130_000
const QUALITIES = [85, 75, 68, 62, 56, 50, 45, 40, 36, 32, 28, 24, 20]
const PATIENCE_MS = 180_000
/** Charts are drawn a moment after their data is there. */
const DRAWN_MS = 1_500

const LOOKS = {
  light: { width: 1_180, height: 740, scale: 0.75 },
  dark: { width: 1_180, height: 740, scale: 0.75, colorScheme: 'dark' },
  phone: { width: 390, height: 760, scale: 1 },
} as const
type Look = (typeof LOOKS)[keyof typeof LOOKS]

interface Shot {
  path: string
  /** Is there once the page is. */
  ready: string
  /** Pages that are all text are shown in part: small and readable do not go together. */
  height?: number
  open?(page: Page): Promise<void>
}

const SHOTS: Readonly<Record<string, Shot>> = {
  home: { path: '/?from=now-30m', ready: '.number' },
  insights: { path: '/insights', ready: '.gauge' },
  traces: { path: '/traces', ready: '.traces tbody tr', height: 540 },
  trace: {
    path: `/traces?spans=all&filter=${encodeURIComponent("name = 'ingest.insert_rows'")}`,
    ready: '.traces tbody tr',
    open: oneTrace,
  },
  logs: { path: '/logs', ready: '.log-lines li', height: 520 },
  alerts: { path: '/alerts', ready: '.rules tbody tr' },
  alert: { path: '/alerts/InverterSilent', ready: '.runbook h2' },
  mails: { path: '/mails', ready: '.mail iframe' },
  fleet: { path: '/fleet?state=live', ready: '.fleet .power path' },
  proof: { path: '/proof', ready: 'main h2' },
  health: { path: '/health', ready: '.parts section' },
}

const [url = 'http://localhost:8080', folder = PICTURES] = process.argv.slice(2)
const browser = await launchChromium()
let bytes = 0
for (const [look, options] of Object.entries(LOOKS))
  for (const [name, shot] of Object.entries(SHOTS))
    bytes += await take(browser, shot, options, join(folder, `lens-${name}-${look}.jpg`), BYTES_MAX)
const home = { ...LOOKS.light, width: 1_280, height: 1_000, scale: 1 } as const
await take(browser, SHOTS['home']!, home, join(folder, 'home-in-lens.jpg'), HOME_BYTES_MAX)
await browser.close()
process.stdout.write(`${Object.keys(SHOTS).length} pages, ${Math.round(bytes / 1_000)} kB beside Home\n`)

/** @returns its size. */
async function take(
  browser: Browser,
  { path, ready, height, open }: Shot,
  look: Look | typeof home,
  file: string,
  bytesMax: number,
): Promise<number> {
  const { page } = await openPage(browser, { ...look, height: Math.min(look.height, height ?? look.height) })
  await page.goto(url + path)
  await page.locator(ready).first().waitFor({ timeout: PATIENCE_MS, state: 'attached' })
  await open?.(page)
  await page.waitForTimeout(DRAWN_MS)
  for (const quality of QUALITIES) {
    const picture = await page.screenshot({ type: 'jpeg', quality })
    if (picture.length > bytesMax && quality !== QUALITIES.at(-1)) continue
    writeFileSync(file, picture)
    await page.close()
    return picture.length
  }
  throw new Error(`no quality for ${file}`)
}

/** With the frame and the row of its message open. */
async function oneTrace(page: Page): Promise<void> {
  await page.locator('.traces tbody a').first().click()
  await page.locator('summary', { hasText: 'Frame and row' }).click()
  await page.locator('.frame-part').first().waitFor({ timeout: PATIENCE_MS })
}
