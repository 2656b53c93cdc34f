// The telemetry of a day as the original has it, 1 M points, 100 k spans and 500 k log lines, taken at once; then every panel is asked.
// Run: node --max-old-space-size=256 --conditions=source apps/lens/bench/day-of-telemetry.ts
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { loadMonitoring } from '@deye-hard/monitoring'
import { openEngine } from '../src/engine/engine.ts'
import { startIntake } from '../src/intake/intake.ts'
import { REQUESTS, type Signal } from '../src/intake/wire.ts'
import { panelAnswer } from '../src/pages/panel-answer.ts'
import { engineOptionsOf, intakeOptionsOf, readLensSettings } from '../src/settings.ts'
import { logRequests, metricRequests, spanRequests } from './day.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const HOUR_MS = 3_600_000
const RANGES_H = [1, 6, 24]
const ROUNDS = 3
const SLOWEST = 5
const ALL = '__all__'
const MIB = 1024 ** 2
/** What the issue asks of the panels, and of lens and engine together at 120 loggers. */
const P95_LIMIT_MS = 200
const MEMORY_LIMIT_MIB = 1_024

const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'lens-bench-'))
const settings = readLensSettings({
  LENS_DATA_DIR: folder,
  LENS_OTLP_GRPC_PORT: '0',
  LENS_OTLP_HTTP_PORT: '0',
})
const engine = await openEngine(engineOptionsOf(settings))
const intake = await startIntake(engine, intakeOptionsOf(settings))
let peakMib = 0

const { monitoring } = loadMonitoring(ROOT)
const endMs = Date.now()
await send('metrics', metricRequests(monitoring, endMs))
await send('traces', spanRequests(endMs))
await send('logs', logRequests(endMs))
await askPanels()
const memoryMib = Math.max(peakMib, memoryNowMib())
print(
  `memory of lens and engine, peak ${memoryMib.toFixed(0)} MiB: ${(memoryMib / MEMORY_LIMIT_MIB).toFixed(2)} of ${MEMORY_LIMIT_MIB}`,
)
await intake.stop()
await engine.close()
rmSync(folder, { recursive: true, force: true })

/** By HTTP, one request after the other, as an exporter does. */
async function send(signal: Signal, requests: Iterable<object>): Promise<void> {
  const started = performance.now()
  for (const request of requests) {
    const body = REQUESTS[signal].encode(request as never)
    const response = await fetch(`http://127.0.0.1:${intake.ports.http}/v1/${signal}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: new Uint8Array(body),
    })
    await response.arrayBuffer()
    await intake.flush()
    peakMib = Math.max(peakMib, memoryNowMib())
  }
  const { received, stored } = intake.status().signals[signal]
  const seconds = (performance.now() - started) / 1_000
  print(`${signal}: ${received} received, ${stored} stored in ${seconds.toFixed(1)} s, encoding included`)
}

async function askPanels(): Promise<void> {
  for (const hours of RANGES_H) {
    const asked: { panel: string; ms: number }[] = []
    let withData = 0
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { name, document } of monitoring.dashboards) {
        const variables = Object.fromEntries((document.spec.variables ?? []).map(one => [one.spec.name, ALL]))
        for (const panel of Object.keys(document.spec.panels)) {
          const range = { startMs: endMs - hours * HOUR_MS, endMs }
          const started = performance.now()
          const answer = await panelAnswer(monitoring, engine, {
            dashboard: name,
            panel,
            ...range,
            variables,
          })
          asked.push({ panel: `${name} ${panel}`, ms: performance.now() - started })
          if (round === 0 && JSON.stringify(answer).match(/"(?:values|rows)":\[[[{]/)) withData += 1
        }
      }
    }
    asked.sort((a, b) => a.ms - b.ms)
    const at = (share: number) => asked[Math.floor(share * asked.length)]?.ms ?? Number.NaN
    const slowest = new Set(asked.slice(-SLOWEST * ROUNDS).map(({ panel }) => panel))
    const figures = `median ${at(0.5).toFixed(0)} ms, p95 ${at(0.95).toFixed(0)} ms: ${(at(0.95) / P95_LIMIT_MS).toFixed(2)} of ${P95_LIMIT_MS}`
    print(`slowest over ${hours} h: ${[...slowest].join(', ')}`)
    print(`panels over ${hours} h, ${withData} of ${asked.length / ROUNDS} with data: ${figures}`)
  }
}

function memoryNowMib(): number {
  return (process.memoryUsage().rss + (engine.status().rssBytes ?? 0)) / MIB
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
