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
/** What SigNoz shows in a panel in place of its data, or beside it. */
const LOADING = '[data-testid="panel-loading"], [data-testid="panel-refetching"]'
const TROUBLES =
  '[data-testid$="-no-data"], [data-testid="panel-status-warning"], [data-testid="panel-status-error"]'
const SHOWN_MINUTES = 30
const JPEG_QUALITY = 55
const MARGIN = 16

/** Faults: what SigNoz shows in place of data, by panel. `folder`: where the picture goes, '' for none. */
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
  await page.goto(`${client.url}/dashboard/${id}?relativeTime=${SHOWN_MINUTES}m`)
  const panels = panelsOf(dashboard)
  const isDrawn = async () => {
    const roots = await page.locator('[data-panel-root]').count()
    return roots === panels.length && (await page.locator(LOADING).count()) === 0
  }
  await waitUntil(isDrawn, { timeoutMs: DRAWN_LIMIT_MS, what: `all ${panels.length} panels of ${dashboard}` })
  if (folder !== '') await takePicture(page, folder, dashboard)
  const faults: string[] = []
  for (const panel of panels)
    for (const trouble of await page.locator(`[data-panel-root="${panel}"]`).locator(TROUBLES).all())
      faults.push(`${panel}: ${await trouble.getAttribute('data-testid')}`)
  return faults
}

async function takePicture(page: Page, folder: string, dashboard: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `dashboard-${dashboard}.jpg`)
  const clip = { x: 0, y: 0, width: WIDTH, height: await bottomOfPanels(page) }
  await page.screenshot({ path, type: 'jpeg', quality: JPEG_QUALITY, clip })
}

async function bottomOfPanels(page: Page): Promise<number> {
  const panels = await page.locator('.react-grid-item').all()
  const boxes = await Promise.all(panels.map(panel => panel.boundingBox()))
  const bottoms = boxes.map(box => (box === null ? 0 : box.y + box.height))
  return Math.min(HEIGHT, Math.ceil(Math.max(...bottoms)) + MARGIN)
}

function panelsOf(dashboard: string): string[] {
  const file = join(PROJECT_ROOT, 'dashboards', `${dashboard}.json`)
  const { spec } = JSON.parse(readFileSync(file, 'utf8')) as { spec: { panels: Record<string, unknown> } }
  return Object.keys(spec.panels)
}
