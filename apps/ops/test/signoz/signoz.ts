// Talks to a real SigNoz: logs in, asks ClickHouse through its query API, and draws its pages in headless Chromium.
import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

const READY_LIMIT_MS = 60_000
const WINDOW_MS = 3_600_000
const VIEWPORT = { width: 1_400, height: 1_100 }
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export interface SigNozAddress {
  url: string
  email: string
  password: string
  /** host:port for OTLP gRPC. */
  otlp: string
}

export type Row = Record<string, string | number | boolean | null>

/** Null, with the reason, where there is no SigNoz to talk to; the variables are what `start-signoz` of the lab prints. */
export function sigNozAddress(
  environment: NodeJS.ProcessEnv,
): { address: SigNozAddress; missing: null } | { address: null; missing: string } {
  const { SIGNOZ_URL: url, SIGNOZ_EMAIL: email, SIGNOZ_PASSWORD: password, OTLP_GRPC: otlp } = environment
  if (url && email && password && otlp) return { address: { url, email, password, otlp }, missing: null }
  return { address: null, missing: 'SIGNOZ_URL, SIGNOZ_EMAIL, SIGNOZ_PASSWORD and OTLP_GRPC are not all set' }
}

export class SigNoz {
  readonly address: SigNozAddress
  #tokens: { accessToken: string; refreshToken: string } | null = null

  constructor(address: SigNozAddress) {
    this.address = address
  }

  async logIn(): Promise<void> {
    const { email, password, url } = this.address
    const query = new URLSearchParams({ email, ref: url })
    const context = await this.#json<{ orgs: { id: string }[] }>(`/api/v2/sessions/context?${query}`)
    const orgId = context.orgs[0]?.id
    if (orgId === undefined) throw new Error('SigNoz has no organisation yet')
    this.#tokens = await this.#json('/api/v2/sessions/email_password', {
      method: 'POST',
      body: JSON.stringify({ email, password, orgId }),
    })
  }

  /** Rows of a ClickHouse statement, through the query API as a panel would ask. */
  async rows<R extends Row = Row>(statement: string): Promise<R[]> {
    const nowMs = Date.now()
    const { data } = await this.#json<{ data: { results: { rows: { data: R }[] | null }[] } }>(
      '/api/v5/query_range',
      {
        method: 'POST',
        body: JSON.stringify({
          schemaVersion: 'v1',
          start: nowMs - WINDOW_MS,
          end: nowMs + WINDOW_MS,
          requestType: 'raw',
          compositeQuery: { queries: [{ type: 'clickhouse_sql', spec: { name: 'A', query: statement } }] },
          variables: {},
        }),
      },
    )
    return data.results[0]?.rows?.map(row => row.data) ?? []
  }

  async #json<T>(path: string, init: RequestInit = {}): Promise<T> {
    const response = await fetch(this.address.url + path, {
      ...init,
      headers: {
        'content-type': 'application/json',
        ...(this.#tokens === null ? {} : { authorization: `Bearer ${this.#tokens.accessToken}` }),
      },
      signal: AbortSignal.timeout(READY_LIMIT_MS),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 500)}`)
    return (JSON.parse(text) as { data: T }).data
  }
}

/** A browser that is logged in as a person would be, by the form. Null where there is no Chromium. */
export async function openBrowser(address: SigNozAddress): Promise<{ browser: Browser; page: Page } | null> {
  const executablePath = findChromium()
  if (executablePath === null) return null
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-quic'] })
  const page = await browser.newPage({ viewport: VIEWPORT })
  await page.goto(`${address.url}/login`)
  await page.getByPlaceholder('e.g. john@signoz.io').fill(address.email)
  await page.getByRole('button', { name: 'Next' }).click()
  await page.locator('input[type=password]').fill(address.password)
  await page.getByRole('button', { name: /sign in/i }).click()
  await page.waitForURL(url => !url.pathname.startsWith('/login'))
  return { browser, page }
}

function findChromium(): string | null {
  return [process.env.CHROMIUM ?? '', ...CHROMIUM].find(path => path !== '' && existsSync(path)) ?? null
}
