// The page at /api/docs in a real browser: every route is drawn, and the strict policy blocks nothing that the page needs.
import { expect, test } from 'vitest'
import { draw, findChromium } from '../chromium.ts'
import { openHarness } from '../harness.ts'

const TIMEOUT_MS = 90_000
const chromium = findChromium()
if (chromium === null)
  process.stdout.write('docs page: skipped, no chromium on the PATH and CHROMIUM is not set\n')

test.skipIf(chromium === null)(
  'draws every documented route, without a complaint',
  async () => {
    const harness = await openHarness()
    const app = await harness.buildApp()
    const address = await app.listen({ host: '127.0.0.1', port: 0 })
    const { dom, complaints } = await draw(chromium!, `${address}/api/docs`)
    const drawn = [...dom.matchAll(/opblock-summary-method">([A-Z]+)<.*?data-path="([^"]+)"/gs)]
    const documented = app.routeTable
      .filter(({ url }) => !url.startsWith('/api/docs'))
      .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}')}`)
    expect(drawn.map(([, method, path]) => `${method} ${path}`).sort()).toEqual(documented.sort())
    expect(complaints).toEqual([])
  },
  TIMEOUT_MS,
)
