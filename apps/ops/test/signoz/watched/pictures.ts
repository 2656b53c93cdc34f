// Our dashboards in SigNoz as a person sees them: opened in headless Chromium, looked over when everything is drawn, pictured on request.
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { waitUntil } from '@deye-hard/testkit'
import type { Page } from 'playwright-core'
import { PROJECT_ROOT } from '../../../src/project.ts'
import type { SigNozClient } from '../../../src/provision/signoz-client.ts'
import { ask } from '../provisioned.ts'

const WIDTH = 1_500
/** So high that every panel is in sight: those out of sight ask for nothing. */
const HEIGHT = 5_200
const DRAWN_LIMIT_MS = 90_000
/** No question under way for so long: the page has what it wants. */
const QUIET_MS = 2_500
const SHOWN_MINUTES = 30
const JPEG_QUALITY = 55
const MARGIN = 16

/** Faults: titles that are not there, and what SigNoz writes in place of data. `folder`: where the picture goes, '' for none. */
export async function lookOver(
  page: Page,
  client: SigNozClient,
  dashboard: string,
  folder: string,
): Promise<string[]> {
  const { dashboards } = await ask<{ dashboards: { id: string; name: string }[] }>(
    client,
    '/api/v2/dashboards?limit=200',
  )
  const { id } = dashboards.find(({ name }) => name === dashboard)!
  await page.setViewportSize({ width: WIDTH, height: HEIGHT })
  const questions = watchQuestions(page)
  await page.goto(`${client.url}/dashboard/${id}?relativeTime=${SHOWN_MINUTES}m`)
  await waitUntil(questions.areAnswered, { timeoutMs: DRAWN_LIMIT_MS, what: `all of ${dashboard}` })
  if (folder !== '') {
    mkdirSync(folder, { recursive: true })
    const path = join(folder, `dashboard-${dashboard}.jpg`)
    const clip = { x: 0, y: 0, width: WIDTH, height: await bottomOfPanels(page) }
    await page.screenshot({ path, type: 'jpeg', quality: JPEG_QUALITY, clip })
  }
  // biome-ignore lint/performance/useDomNodeTextContent: what is not shown must not count.
  const text = await page.locator('body').innerText()
  return [
    ...titlesOf(dashboard)
      .filter(title => !text.includes(title))
      .map(title => `${title} is not drawn`),
    ...[/no data/gi, /something went wrong/gi]
      .map(pattern => [...text.matchAll(pattern)])
      .filter(found => found.length > 0)
      .map(found => `${found.length} × ${found[0]![0]}`),
  ]
}

async function bottomOfPanels(page: Page): Promise<number> {
  const panels = await page.locator('.react-grid-item').all()
  const boxes = await Promise.all(panels.map(panel => panel.boundingBox()))
  const bottoms = boxes.map(box => (box === null ? 0 : box.y + box.height))
  return Math.min(HEIGHT, Math.ceil(Math.max(...bottoms)) + MARGIN)
}

function watchQuestions(page: Page): { areAnswered: () => boolean } {
  let pending = 0
  let quietSinceMs = Number.POSITIVE_INFINITY
  const isQuestion = (url: string) => url.includes('/query_range')
  page.on('request', request => {
    if (isQuestion(request.url())) pending += 1
  })
  const over = (request: { url(): string }) => {
    if (!isQuestion(request.url())) return
    pending -= 1
    quietSinceMs = Date.now()
  }
  page.on('requestfinished', over)
  page.on('requestfailed', over)
  return { areAnswered: () => pending <= 0 && Date.now() - quietSinceMs > QUIET_MS }
}

function titlesOf(dashboard: string): string[] {
  const file = join(PROJECT_ROOT, 'dashboards', `${dashboard}.json`)
  const { spec } = JSON.parse(readFileSync(file, 'utf8')) as {
    spec: { panels: Record<string, { spec: { display: { name: string } } }> }
  }
  return Object.values(spec.panels).map(panel => panel.spec.display.name)
}
