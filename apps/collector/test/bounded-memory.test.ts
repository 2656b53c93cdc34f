// Thousands of connections that each send half a frame: what they hold is bounded, in whole pieces and in single bytes.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { buildFrame, buildHeartbeat } from '@deye-hard/solarman-v5/testing'
import { expect, it } from 'vitest'
import { startIntake, until } from './harness.ts'

const SERIAL = 2_700_000_001
const CONNECTIONS = 1_500
const PAYLOAD_MAX_BYTES = 4_096
/** Two frames of the largest size where small pieces were gathered, and a little for the chunks around them. */
const BOUND_BYTES = 2 * (PAYLOAD_MAX_BYTES + 13) + 4 * 1_024

const frame = buildFrame({ code: 0x42, loggerSerial: SERIAL, payload: Buffer.alloc(PAYLOAD_MAX_BYTES, 7) })

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Bytes in buffers that are still in use, of both ends: the clients keep nothing. */
function heldBytes(): number {
  collectGarbage()
  return process.memoryUsage().arrayBuffers
}

it.each([
  ['one piece', 2_000],
  ['pieces of 40 bytes', 40],
])('half a frame in %s on each of many connections', { timeout: 60_000 }, async (_name, pieceBytes) => {
  const test = await startIntake()
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => test.logger()))
  await until(() => test.intake.activeConnections === CONNECTIONS, 'all connections')
  const before = heldBytes()
  for (const { socket } of connections) socket.setNoDelay(true)
  for (let from = 0; from < 2_000; from += pieceBytes) {
    for (const connection of connections) connection.send(frame.subarray(from, from + pieceBytes))
    await new Promise(setImmediate)
  }
  const late = await test.logger()
  await late.exchange(buildHeartbeat({ loggerSerial: SERIAL }))
  const each = (heldBytes() - before) / CONNECTIONS
  expect(each).toBeGreaterThan(1_000)
  expect(each).toBeLessThan(BOUND_BYTES)

  for (let second = 0; second < 64; second += 1) test.pass(1_000)
  await until(() => test.intake.activeConnections === 1, 'the deadline of the first frame')
  expect(test.intake.parts.counters.connections_closed.first_frame_timeout).toBe(CONNECTIONS)
  expect(test.intake.parts.counters.frames_unfinished).toBe(CONNECTIONS)
  expect(test.appended).toEqual([])
})
