// A receiver of telemetry that hangs or is not there costs the data path nothing: acks go out, queues stay bounded, the end comes.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { startOtlpReceiver, waitUntil } from '@deye-hard/testkit'
import { expect, it, onTestFinished } from 'vitest'
import { connectLogger } from '../harness.ts'
import { data, heartbeat } from './frames.ts'
import { type CollectorProcess, startProcess } from './process-here.ts'

const QUEUE_MAX = 50
const FRAMES = 2_000
const ROUNDS = 300
/** Far above noise: an ack that waited for telemetry would wait for seconds. */
const TIMES_SLOWER_MAX = 10
const SLACK_MS = 5
/** DRAIN_TIMEOUT, 1 s for the last telemetry, and time for a busy machine. */
const END_MAX_MS = 8_000

const BUSY = {
  FRAME_SPANS_PER_SECOND: '1000',
  LOG_LEVEL: 'debug',
  OTEL_BSP_MAX_QUEUE_SIZE: String(QUEUE_MAX),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '10',
  OTEL_BLRP_MAX_QUEUE_SIZE: String(QUEUE_MAX),
  OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '10',
  OTEL_EXPORTER_OTLP_TIMEOUT: '60000',
}

it.each(['hangs', 'is not there'])('a receiver that %s', { timeout: 60_000 }, async how => {
  const url = how === 'hangs' ? await hangingReceiver() : await nobody()
  const off = await startProcess({})
  const on = await startProcess({ ...BUSY, OTEL_EXPORTER_OTLP_ENDPOINT: url })
  await burst(on)
  const { spans, logs } = (JSON.parse(await on.ask('/status')) as Status).telemetry
  expect(spans.queued).toBeLessThanOrEqual(QUEUE_MAX)
  expect(logs.queued).toBeLessThanOrEqual(QUEUE_MAX)
  expect(spans.dropped.queue_full).toBeGreaterThan(QUEUE_MAX)
  const medians = { off: await roundTripMs(off), on: await roundTripMs(on) }
  expect(medians.on).toBeLessThan(TIMES_SLOWER_MAX * medians.off + SLACK_MS)
  const startMs = performance.now()
  on.child.kill('SIGTERM')
  expect(await on.child.exited).toMatchObject({ code: 0 })
  expect(performance.now() - startMs).toBeLessThan(END_MAX_MS)
})

interface Status {
  telemetry: Record<'spans' | 'logs', { queued: number; dropped: { queue_full: number } }>
}

/** Every frame is acked. */
async function burst({ port, ask }: CollectorProcess): Promise<void> {
  const logger = await connectLogger(port)
  logger.send(Buffer.concat(Array.from({ length: FRAMES }, (_, index) => data(index))))
  await logger.take(FRAMES * 23)
  await waitUntil(async () => (await ask('/status')).includes(`"acks_sent":${FRAMES},`))
}

async function roundTripMs({ port }: CollectorProcess): Promise<number> {
  const logger = await connectLogger(port)
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const startMs = performance.now()
    logger.send(heartbeat)
    await once(logger.socket, 'data')
    times.push(performance.now() - startMs)
  }
  return times.sort((a, b) => a - b)[ROUNDS / 2]!
}

async function hangingReceiver(): Promise<string> {
  const receiver = await startOtlpReceiver()
  receiver.behave({ kind: 'hang' })
  onTestFinished(() => receiver.stop())
  return receiver.url
}

/** A port that was free a moment ago. */
async function nobody(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}
