// Lens as part of `npm start`: its pages show what the services send and what is scraped, and its death is no matter to the rows.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type NodeProcess, spawnNode, waitUntil } from '@deye-hard/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalConnection, readConnectionFile } from '../../src/connection-file.ts'
import { OPS_ENTRY } from '../run-ops.ts'

const START_LIMIT_MS = 90_000
/** Panels show full minutes. */
const DATA_LIMIT_MS = 180_000
const WINDOW_MS = 15 * 60_000
const FREE_PORTS = ['collector', 'collector-http', 'api', 'api-metrics', 'database', 'lens'].flatMap(name => [
  `--port-${name}`,
  '0',
])

interface FoundSpans {
  spans: { ms: number; durationMs: number; attributes: Record<string, unknown> }[]
}
interface FoundRows {
  rows: { values: Record<string, unknown> }[]
}

let dataDir: string
let started: NodeProcess
let connection: LocalConnection

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'npm-start-lens-'))
  const args = ['local', '--json', '--loggers', '24', '--speed', '60', '--data-dir', dataDir, ...FREE_PORTS]
  started = spawnNode(
    OPS_ENTRY,
    { OTEL_METRIC_EXPORT_INTERVAL: '5000', LENS_SCRAPE_INTERVAL: '5s', LENS_SCRAPE_TIMEOUT: '5s' },
    args,
  )
  started.endInput()
  await started.waitForLine(line => line.startsWith('{"event":"ready"'), START_LIMIT_MS)
  connection = await waitUntil(() => readConnectionFile(dataDir))
}, START_LIMIT_MS)
afterAll(async () => {
  started.kill('SIGINT')
  await started.exited
  rmSync(dataDir, { recursive: true, force: true })
})

test('the pages are there, for this machine only', async () => {
  const response = await fetch(connection.lens_url!)
  expect(response.status).toBe(200)
  expect(await response.text()).toContain('<title>Lens</title>')
  expect(response.headers.get('content-security-policy')).toContain("script-src 'self'")
})

test.for([
  ['home', 'targets', 'what is scraped'],
  ['home', 'loggers-by-state', 'what the collector sends'],
  ['api', 'pool', 'what the API sends'],
  ['database', 'connections', 'what PostgreSQL says of itself'],
  ['database', 'facts', 'what can be read of PostgreSQL'],
  ['home', 'disk', 'how full the disk is'],
])('the panel %s %s shows %s', { timeout: DATA_LIMIT_MS + 10_000 }, async ([dashboard, panel]) => {
  const hasData = async () => /"(?:values|rows)":\[\[/.test(await ask(dashboard!, panel!))
  await waitUntil(hasData, { timeoutMs: DATA_LIMIT_MS, what: `data of ${dashboard} ${panel}` })
})

test(
  'PostgreSQL counts its statements',
  async () => {
    await waitUntil(async () => /\["stat_statements",1\]/.test(await ask('database', 'facts')), {
      timeoutMs: DATA_LIMIT_MS,
      what: 'pg_stat_statements',
    })
  },
  DATA_LIMIT_MS + 10_000,
)

test(
  'the fleet has its power, and the frame of a span its row, read by a role that may',
  async () => {
    const hasPower = async () => {
      const power = await (await fetch(`${connection.lens_url}/api/fleet/power`)).json()
      expect(power).toMatchObject({ kind: 'data', curves: { length: 24 } })
      const { curves } = power as { curves: { watts: (number | null)[] }[] }
      return curves.some(({ watts }) => watts.some(one => one !== null))
    }
    await waitUntil(hasPower, { timeoutMs: DATA_LIMIT_MS, what: 'power of a logger' })
    const filter = "name = 'logger message' AND solarman.control_code = '0x4210' AND frame.outcome = 'acked'"
    const hasRow = async () => {
      const list = { rootsOnly: false, slowestFirst: false, limit: 20, offset: 0 }
      const { spans } = await post<FoundSpans>('/api/traces', { ...lastMinutes(), filter, ...list })
      for (const { ms, durationMs, attributes } of spans) {
        const range = { startMs: Math.floor(ms), endMs: Math.ceil(ms + durationMs) }
        const { rows } = await post<FoundRows>('/api/frames', {
          serial: attributes['logger.serial'],
          ...range,
        })
        if (rows.length > 0) return Number(rows[0]?.values['inverter_id']) > 0
      }
      return false
    }
    await waitUntil(hasRow, { timeoutMs: DATA_LIMIT_MS, what: 'the row of a frame' })
  },
  2 * DATA_LIMIT_MS + 10_000,
)

test('kill -9 of lens: it is named, started again on its port, and rows go on', async () => {
  const before = readConnectionFile(dataDir)!
  process.kill(before.pids.lens!, 'SIGKILL')
  await started.waitForLine(line => line.includes('The lens died (ended by SIGKILL)'), START_LIMIT_MS)
  const after = await waitUntil(
    () => {
      const now = readConnectionFile(dataDir)
      return now && now.pids.lens !== before.pids.lens ? now : null
    },
    { timeoutMs: START_LIMIT_MS, what: 'another process of lens' },
  )
  await waitUntil(async () => (await fetch(after.lens_url!)).ok, {
    timeoutMs: START_LIMIT_MS,
    what: 'the pages',
  })
  expect(after.lens_url).toBe(before.lens_url)
  const { lens: _killed, ...others } = before.pids
  expect(after.pids).toMatchObject(others)
  await waitUntil(async () => /"values":\[\[/.test(await ask('home', 'targets')), {
    timeoutMs: START_LIMIT_MS,
    what: 'what was stored before',
  })
})

test.for([
  ['--no-lens', {}, null],
  ['--otlp=http://127.0.0.1:1', {}, null],
  ['--no-simulator', { LENS_RETENTION: 'for ever' }, /^Everything but lens runs\. The lens did not start/],
] as const)(
  'with %s and %o the rest runs without it',
  { timeout: START_LIMIT_MS },
  async ([option, env, said]) => {
    const other = mkdtempSync(join(tmpdir(), 'npm-start-without-lens-'))
    const args = ['local', '--json', '--no-simulator', '--data-dir', other, ...FREE_PORTS, option]
    const alone = spawnNode(OPS_ENTRY, env, args)
    alone.endInput()
    try {
      const ready = await alone.waitForLine(line => line.startsWith('{"event":"ready"'), START_LIMIT_MS)
      expect(JSON.parse(ready)).toMatchObject({ lens_url: null })
      expect(readConnectionFile(other)?.pids).not.toHaveProperty('lens')
      const notices = alone.stdout
        .filter(line => line.startsWith('{"event":"notice"'))
        .map(line => JSON.parse(line).text)
      expect(notices).toEqual(said === null ? [] : [expect.stringMatching(said)])
    } finally {
      alone.kill('SIGINT')
      await alone.exited
      rmSync(other, { recursive: true, force: true })
    }
  },
)

/** As the page asks. */
async function ask(dashboard: string, panel: string): Promise<string> {
  const body = { dashboard, panel, ...lastMinutes(), variables: variablesOfAll(dashboard) }
  return (await posted('/api/query', body)).text()
}

function lastMinutes() {
  const endMs = Date.now()
  return { startMs: endMs - WINDOW_MS, endMs }
}

async function post<T>(path: string, body: unknown): Promise<T> {
  return (await (await posted(path, body)).json()) as T
}

function posted(path: string, body: unknown): Promise<Response> {
  return fetch(connection.lens_url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

function variablesOfAll(dashboard: string): Record<string, string> {
  const names = {
    home: ['environment', 'service'],
    api: ['environment', 'route'],
    database: ['environment', 'hypertable'],
  }
  return Object.fromEntries((names[dashboard as keyof typeof names] ?? []).map(name => [name, '__all__']))
}
