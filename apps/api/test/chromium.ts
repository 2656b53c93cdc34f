// Draws a page in headless Chromium and gives back what stands in it and what the browser complained about.
import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']
/** Of the page's own clock, which jumps ahead while nothing is loading. */
const PAGE_TIME_MS = 10_000
const BROWSER_TIMEOUT_MS = 60_000
const MAX_OUTPUT_BYTES = 32 * 1_024 ** 2
/** No request of the browser's own may leave the machine. */
const FLAGS = [
  ...[
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-dev-shm-usage',
  ],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  `--virtual-time-budget=${PAGE_TIME_MS}`,
  ...['--enable-logging=stderr', '--v=0', '--dump-dom'],
]

export interface Drawn {
  dom: string
  /** What the page or the browser wrote to its console about the page. */
  complaints: string[]
}

/** `CHROMIUM`, or the first one on the PATH; null where there is none. */
export function findChromium(): string | null {
  if (process.env.CHROMIUM) return process.env.CHROMIUM
  const folders = (process.env.PATH ?? '').split(delimiter)
  const places = NAMES.flatMap(name => folders.map(folder => join(folder, name)))
  return places.find(isExecutable) ?? null
}

export async function draw(chromium: string, url: string): Promise<Drawn> {
  const profile = await mkdtemp(join(tmpdir(), 'deye-chromium-'))
  try {
    const args = [...FLAGS, `--user-data-dir=${profile}`, url]
    const options = { timeout: BROWSER_TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES }
    const { stdout, stderr } = await promisify(execFile)(chromium, args, options)
    return { dom: stdout, complaints: stderr.split('\n').filter(line => line.includes(':CONSOLE')) }
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
