// Lens as a process: what it says when it listens, what it keeps over a restart, and how it ends.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type NodeProcess, spawnNode, waitUntil } from '@deye-hard/testkit'
import { afterAll, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../../..')
const ENTRY = join(ROOT, 'apps/lens/src/main.ts')
const LIMIT_MS = 60_000
const folder = mkdtempSync(join(tmpdir(), 'lens-process-'))
const running: NodeProcess[] = []

afterAll(async () => {
  for (const lens of running) {
    lens.kill('SIGKILL')
    await lens.exited
  }
  rmSync(folder, { recursive: true, force: true })
})

interface Listening {
  url: string
  otlp_http_port: number
}

async function start(env: Record<string, string> = {}): Promise<{ lens: NodeProcess; listening: Listening }> {
  const lens = spawnNode(ENTRY, {
    ...{
      LENS_DATA_DIR: join(folder, 'data'),
      LENS_ROOT: ROOT,
      LENS_SCRAPE_INTERVAL: '1s',
      LENS_SCRAPE_TIMEOUT: '1s',
    },
    ...{ LENS_PORT: '0', LENS_OTLP_GRPC_PORT: '0', LENS_OTLP_HTTP_PORT: '0' },
    ...env,
  })
  running.push(lens)
  const line = await lens.waitForLine(text => text.includes('"message":"listening"'), LIMIT_MS)
  return { lens, listening: JSON.parse(line) as Listening }
}

test('takes OTLP, shows it, ends at SIGTERM, and still has it afterwards', {
  timeout: LIMIT_MS,
}, async () => {
  const first = await start()
  await sendLogLine(first.listening, 'a line of the test')
  await waitUntil(() => isFound(first.listening, 'a line of the test'), {
    timeoutMs: LIMIT_MS,
    what: 'the line',
  })
  first.lens.kill('SIGTERM')
  expect(await first.lens.exited).toEqual({ code: 0, signal: null })
  const second = await start()
  expect(await isFound(second.listening, 'a line of the test')).toBe(true)
  const third = spawnNode(ENTRY, { LENS_DATA_DIR: join(folder, 'data'), LENS_ROOT: ROOT, LENS_PORT: '0' })
  running.push(third)
  expect((await third.exited).code).toBe(1)
  expect(third.stdout.join('\n')).toContain('Another lens works on')
})

test('takes a changed rule without a restart, and keeps the last good one when a file is broken', {
  timeout: LIMIT_MS,
}, async () => {
  const root = join(folder, 'root')
  for (const part of ['dashboards', 'alerts', 'signoz'])
    cpSync(join(ROOT, part), join(root, part), { recursive: true })
  const { lens, listening } = await start({
    LENS_DATA_DIR: join(folder, 'changed'),
    LENS_ROOT: root,
    LENS_RELOAD_INTERVAL: '100ms',
    LENS_SCRAPE: 'false',
  })
  const ruleOf = async () => {
    const response = await fetch(`${listening.url}/api/alerts/Heartbeat`)
    return (await response.json()) as { window: string; lastEvaluatedMs: number | null }
  }
  const change = (file: string, from: string, to: string) => {
    const path = join(root, 'alerts', file)
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))
  }
  change('rules/Heartbeat.json', '"alert"', '"alarm"')
  const said = await lens.waitForMessage('changed file of the monitoring is not taken')
  expect(said).toMatchObject({ file: 'alerts/rules/Heartbeat.json' })
  expect((await ruleOf()).window).toBe('5m0s')
  change('rules/Heartbeat.json', '"alarm"', '"alert"')
  const changedMs = Date.now()
  const document = JSON.parse(readFileSync(join(root, 'alerts/thresholds.json'), 'utf8'))
  const thresholds = { ...document, Heartbeat: { ...document.Heartbeat, window: '1m0s', frequency: '1s' } }
  writeFileSync(join(root, 'alerts/thresholds.json'), JSON.stringify(thresholds))
  await waitUntil(async () => (await ruleOf()).window === '1m0s', {
    timeoutMs: LIMIT_MS,
    what: 'the new window',
  })
  await waitUntil(async () => ((await ruleOf()).lastEvaluatedMs ?? 0) > changedMs, {
    timeoutMs: LIMIT_MS,
    what: 'an evaluation',
  })
  writeFileSync(join(root, 'signoz/mail.html'), '{{')
  await lens.waitForMessage('mail template is refused')
  const health = await (await fetch(`${listening.url}/api/health`)).json()
  expect(health).toMatchObject({ parts: { scrapes: [], files: { refused: expect.any(Number) } } })
})

test('a wrong setting is named and ends it with 78', async () => {
  const lens = spawnNode(ENTRY, { LENS_RETENTION: 'for ever' })
  expect((await lens.exited).code).toBe(78)
  expect(lens.stderr.join('\n')).toContain('LENS_RETENTION')
})

async function sendLogLine({ otlp_http_port: port }: Listening, text: string): Promise<void> {
  const record = { timeUnixNano: `${Date.now()}000000`, severityText: 'INFO', body: { stringValue: text } }
  const response = await fetch(`http://127.0.0.1:${port}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceLogs: [{ resource: {}, scopeLogs: [{ logRecords: [record] }] }] }),
  })
  expect(response.status).toBe(200)
}

async function isFound({ url }: Listening, text: string): Promise<boolean> {
  const endMs = Date.now() + 60_000
  const body = { filter: `body CONTAINS '${text}'`, startMs: endMs - 3_600_000, endMs, limit: 10, offset: 0 }
  const response = await fetch(`${url}/api/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return (await response.text()).includes(`"${text}"`)
}
