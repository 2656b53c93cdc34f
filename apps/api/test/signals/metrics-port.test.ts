// /metrics: on its own port and never on the public one; a database that is away or hangs costs a scrape little.
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { OWN_SCRAPED_METRICS, SCRAPED_METRICS } from '@deye-hard/telemetry-schema'
import { type NodeProcess, waitUntil } from '@deye-hard/testkit'
import { afterAll, describe, expect, test } from 'vitest'
import { openHarness } from '../harness.ts'
import { switchTo } from '../switch.ts'
import { endAll, reach, startApi } from './observed-api.ts'

const harness = await openHarness()
const processes: NodeProcess[] = []
afterAll(() => endAll(processes))

function start(env: Record<string, string> = {}): NodeProcess {
  const started = startApi(harness, { LOG_LEVEL: 'info', ...env })
  processes.push(started)
  return started
}

const first = start()
const { url, metricsUrl } = await reach(harness, first)

/** Names of the series in an answer, and the value of each that has no labels. */
async function scrape(address: string): Promise<{ names: Set<string>; values: Map<string, number> }> {
  const response = await fetch(address)
  expect(response.status).toBe(200)
  const lines = (await response.text()).split('\n').filter(line => line !== '' && !line.startsWith('#'))
  const entries = lines.map(
    line => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))] as const,
  )
  return { names: new Set(entries.map(([series]) => series.split('{')[0]!)), values: new Map(entries) }
}

describe('/metrics', () => {
  test('says what the process is and what the database says of itself, all of it declared', async () => {
    const { names, values } = await scrape(metricsUrl)
    const declared = new Set(Object.keys(SCRAPED_METRICS))
    const undeclared = [...names].filter(name => !declared.has(name.replace(/_(bucket|sum|count)$/, '')))
    expect(undeclared).toEqual([])
    for (const name of ['process_cpu_seconds_total', 'nodejs_eventloop_lag_p99_seconds', 'solar_build_info'])
      expect(names).toContain(name)
    expect(values.get('timescaledb_up')).toBe(1)
    expect(values.get('timescaledb_extension')).toBe(0)
    const ageS = Date.now() / 1_000 - values.get('timescaledb_last_success_timestamp_seconds')!
    expect(Math.abs(ageS)).toBeLessThan(60)
  })

  test('is not on the public port, and the public routes are not on its own', async () => {
    expect((await fetch(`${url}/metrics`)).status).toBe(404)
    const own = metricsUrl.replace('/metrics', '')
    for (const path of ['/', '/api/me', '/health/live', '/metrics/', '/metrics?x=1'])
      expect((await fetch(own + path)).status, path).toBe(404)
    expect((await fetch(metricsUrl, { method: 'POST' })).status).toBe(405)
  })

  test('a port in use and a foreign address are one sentence', async () => {
    const busy = start({ API_METRICS_PORT: new URL(metricsUrl).port })
    expect((await busy.exited).code).toBe(1)
    expect(busy.stderr).toEqual([expect.stringMatching(/^API_METRICS_PORT: the port is in use/)])
    const foreign = start({ API_METRICS_HOST: '192.0.2.1' })
    expect((await foreign.exited).code).toBe(1)
    expect(foreign.stderr).toEqual([expect.stringMatching(/^API_METRICS_HOST: this machine has no such/)])
  })
})

describe('a monitored database that is away', () => {
  test('is up 0 with no fact beside it, one warning, and comes back', async () => {
    const behind = new URL(harness.env().DATABASE_URL!)
    const gate = await switchTo(Number(behind.port))
    behind.port = String(gate.port)
    const started = start({ DATABASE_MONITOR_URL: behind.href, MONITOR_CACHE: '0s' })
    const { metricsUrl: address } = await reach(harness, started)
    for (const _attempt of [1, 2]) {
      const { names, values } = await scrape(address)
      expect(values.get('timescaledb_up')).toBe(0)
      expect([...names].filter(isFact)).toEqual([])
    }
    expect(started.stdout.filter(line => line.includes('database facts not scraped'))).toHaveLength(1)
    await gate.open()
    await waitUntil(async () => (await scrape(address)).values.get('timescaledb_up') === 1)
    await gate.shut()
  })

  test('hangs: a scrape waits 2 s for it and reads once', async () => {
    const sockets = new Set<Socket>()
    const silent = createServer(socket => sockets.add(socket.on('error', () => {}).resume()))
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as { port: number }
    const started = start({ DATABASE_MONITOR_URL: `postgres://nobody@127.0.0.1:${port}/none` })
    const { metricsUrl: address } = await reach(harness, started)
    const startMs = performance.now()
    const answers = await Promise.all([scrape(address), scrape(address), scrape(address)])
    // The limit for connecting alone is 5 s.
    expect(performance.now() - startMs).toBeLessThan(4_500)
    for (const { values } of answers) expect(values.get('timescaledb_up')).toBe(0)
    expect(sockets.size).toBe(1)
    for (const socket of sockets) socket.destroy()
    silent.close()
  })
})

function isFact(name: string): boolean {
  const own = ['timescaledb_up', 'timescaledb_last_success_timestamp_seconds']
  return name in OWN_SCRAPED_METRICS && name.startsWith('timescaledb_') && !own.includes(name)
}
