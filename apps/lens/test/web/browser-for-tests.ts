// Headless Chromium on a page of lens, which writes down everything that the browser complains about.
import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

const VIEWPORT = { width: 1_400, height: 1_000 }
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export const chromiumPath =
  [process.env.CHROMIUM ?? '', ...CHROMIUM].find(path => path !== '' && existsSync(path)) ?? null

export interface OpenPage {
  page: Page
  /** Errors, warnings and refused content, in the order in which they came. */
  complaints: string[]
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath ?? '', args: ['--no-sandbox', '--disable-quic'] })
}

export async function openPage(
  browser: Browser,
  options: { width?: number; height?: number; colorScheme?: 'light' | 'dark'; scale?: number } = {},
): Promise<OpenPage> {
  const { width = VIEWPORT.width, height = VIEWPORT.height, colorScheme = 'light', scale = 1 } = options
  const page = await browser.newPage({ viewport: { width, height }, colorScheme, deviceScaleFactor: scale })
  const complaints: string[] = []
  page.on('console', message => {
    // Another process on this machine changed its network, for which Chromium drops what is under way; the page asks again.
    if (message.text().includes('ERR_NETWORK_CHANGED')) return
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.text()} ${message.location().url}`)
  })
  page.on('pageerror', error => complaints.push(error.message))
  return { page, complaints }
}

/** Lines of the tree that a screen reader hears in which something that can be used, or seen, has no name. */
export async function unnamedIn(page: Page): Promise<string[]> {
  const tree = await page.locator('body').ariaSnapshot()
  const lines = tree.split('\n').map(line => line.trim())
  return lines.filter(line => /^- (button|link|textbox|searchbox|combobox|checkbox|img)(?! ["/])/.test(line))
}
