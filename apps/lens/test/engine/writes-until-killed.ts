// A lens that writes one row after another and says how many are stored, for the test that kills it.
import { openEngine } from '../../src/engine/engine.ts'
import { LIMITS } from './limits.ts'

const folder = process.env.FOLDER ?? ''
const engine = await openEngine({
  folder,
  limits: LIMITS,
  insertTimeoutMs: 30_000,
  queriesWaiting: 20,
  restartBackoff: { minMs: 20, maxMs: 1_000 },
})
process.stdout.write(`engine ${engine.status().pid}\n`)
const start = Number(process.env.START ?? 0)
for (let stored = start; ; ) {
  const row = { metric_name: 'solar.test', fingerprint: stored, unix_milli: Date.now(), value: stored }
  await engine.insert('signoz_metrics.samples_v4', [row])
  stored += 1
  process.stdout.write(`stored ${stored}\n`)
}
