// kill -9 of the real process: what it had saved of the loggers is there when it starts again in the night.
import { fileURLToPath } from 'node:url'
import { type NodeProcess, spawnNode, waitUntil } from '@deye-hard/testkit'
import { expect, it, onTestFinished } from 'vitest'
import type { Status } from '../../src/status.ts'
import { connectLogger, temporaryFolder } from '../harness.ts'
import { startFakeApi } from '../shipper/fake-api.ts'
import { HOUR_MS, heartbeat, registered, SERIAL } from './fleet-here.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const PRELOAD = new URL('shifted-clock.mjs', import.meta.url).href
const DEGREES_PER_HOUR = 15

interface Running {
  process: NodeProcess
  port: number
  fleet(): Promise<Status['fleet']>
}

async function start(env: Record<string, string>): Promise<Running> {
  const process = spawnNode(MAIN, {
    ...{ COLLECTOR_HOST: '127.0.0.1', COLLECTOR_PORT: '0', COLLECTOR_HTTP_PORT: '0' },
    ...{ SERVICE_CLIENT_ID: 'collector', SERVICE_CLIENT_SECRET: 'a-secret-for-tests' },
    ...{ FLEET_INTERVAL: '100ms', FLEET_SAVE_INTERVAL: '100ms', NODE_OPTIONS: `--import ${PRELOAD}` },
    ...env,
  })
  onTestFinished(() => process.kill('SIGKILL'))
  const line = await process.waitForMessage('listening')
  const fleet = async () => {
    const answer = await fetch(`http://127.0.0.1:${line['http_port']}/status`)
    return ((await answer.json()) as Status).fleet
  }
  return { process, port: line['port'] as number, fleet }
}

it('a collector that is killed at noon finds its loggers asleep at midnight, without the API', async () => {
  const api = await startFakeApi()
  const now = new Date()
  // On the equator, where it is noon now, whenever this runs.
  const place = {
    latitude: 0,
    longitude: (12 - now.getUTCHours() - now.getUTCMinutes() / 60) * DEGREES_PER_HOUR,
  }
  api.loggers = { etag: '"a"', list: [registered(SERIAL, place), registered(SERIAL + 1, place)] }
  const env = { SPOOL_DIR: temporaryFolder(), API_URL: api.url }

  const first = await start({ ...env, CLOCK_OFFSET_MS: '0' })
  const logger = await connectLogger(first.port)
  await waitUntil(async () => (await first.fleet()).loggers.never_seen === 2)
  await logger.exchange(heartbeat())
  await waitUntil(async () => (await first.fleet()).loggers.live === 1)
  const { saved } = (await first.fleet()).tracks.saves
  // The one that was under way may have begun before the frame.
  await waitUntil(async () => (await first.fleet()).tracks.saves.saved >= saved + 2)
  first.process.kill('SIGKILL')
  await first.process.exited
  await api.close()

  const second = await start({ ...env, CLOCK_OFFSET_MS: String(12 * HOUR_MS) })
  await waitUntil(async () => (await second.fleet()).evaluated_at !== null)
  expect(await second.fleet()).toMatchObject({
    loggers: { live: 0, asleep: 1, late: 0, missing: 0, never_seen: 1 },
    expected: 0,
    tracks: { restored: 1, refused: 0 },
  })
})
