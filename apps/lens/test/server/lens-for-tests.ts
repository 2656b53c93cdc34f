// The pages of lens on a real engine with half an hour of telemetry, on a free port.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadMonitoring } from '@deye-hard/monitoring'
import { type Engine, openEngine } from '../../src/engine/engine.ts'
import { PAGE_LIMITS, type PageLimits } from '../../src/pages/bounds.ts'
import { readProven } from '../../src/scenarios/read-proven.ts'
import type { Bundle } from '../../src/server/bundle.ts'
import type { AlertsView, LensParts, MailContent } from '../../src/server/parts.ts'
import { type PageServer, startPageServer } from '../../src/server/server.ts'
import { engineOptions } from '../engine/engine-for-tests.ts'
import { seedTelemetry } from './telemetry.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))

export interface LensForTests {
  engine: Engine
  server: PageServer
  parts: LensParts
  nowMs: number
  stop(): Promise<void>
}

/** In place of the front end, where a test asks only for JSON. */
export const NO_FRONT_END: Bundle = new Map([
  [
    'index.html',
    { type: 'text/html; charset=utf-8', bytes: Buffer.from('<!doctype html><title>Lens</title>') },
  ],
  ['main-1.js', { type: 'text/javascript; charset=utf-8', bytes: Buffer.from('') }],
])

export async function lensForTests(
  bundle?: Bundle,
  limits: Partial<PageLimits> = {},
  more: Partial<LensParts> = {},
): Promise<LensForTests> {
  const folder = mkdtempSync(join(tmpdir(), 'lens-pages-'))
  const engine = await openEngine(engineOptions(folder))
  const nowMs = Date.now()
  await seedTelemetry(engine, nowMs)
  const { monitoring } = loadMonitoring(ROOT)
  const parts: LensParts = {
    monitoring,
    engine,
    now: () => nowMs,
    alerts: { state: () => alertsView(nowMs) },
    mails: mailbox(nowMs),
    outbox: () => ({ waiting: 2, refusedSinceMs: nowMs - 120_000, lastProblem: '550 no such user' }),
    proven: readProven(ROOT).proven,
    health: () => ({ engine: engine.status() }),
    ...more,
  }
  const server = await startPageServer(parts, {
    port: 0,
    limits: { ...PAGE_LIMITS, ...limits },
    ...(bundle === undefined ? {} : { bundle }),
  })
  return {
    engine,
    server,
    parts,
    nowMs,
    async stop() {
      await server.close()
      await engine.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function alertsView(nowMs: number): AlertsView {
  const idle = { lastDataMs: nowMs, lastEvaluatedMs: nowMs - 5_000, problem: null, alerts: {} }
  const firing = {
    seriesLabels: {},
    annotations: { summary: '12% of the answers of the API are errors (limit 10%)' },
    tier: 'critical',
    value: 12,
    threshold: 10,
    state: 'firing' as const,
    firedAtMs: nowMs - 600_000,
    resolvedAtMs: null,
  }
  return {
    rules: { ApiErrorRate: { ...idle, alerts: { one: firing } }, ApiLatency: idle },
    history: [{ ruleId: 'ApiErrorRate', atMs: nowMs - 600_000, state: 'firing', labels: {}, value: 12 }],
  }
}

function mailbox(nowMs: number): NonNullable<LensParts['mails']> {
  const mail: MailContent = {
    id: `${nowMs}-000001`,
    receivedMs: nowMs - 590_000,
    bytes: 2_000,
    from: 'Lens <lens@localhost>',
    to: 'ops@example.org',
    subject: '[critical] ApiErrorRate',
    rule: 'ApiErrorRate',
    status: 'firing',
    html: '<h1 style="color: red">ApiErrorRate</h1><script>document.title = "run"</script><img src="https://192.0.2.1/x.png">',
    text: '12% of the answers of the API are errors',
  }
  const { html: _, text: __, ...summary } = mail
  return { list: () => [summary], read: async id => (id === mail.id ? mail : null) }
}
