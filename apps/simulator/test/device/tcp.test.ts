// The same logger on real sockets: order of retries and replays, half-open evenings, refused and reset connections.

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { decodeMessage } from '@deye-hard/solarman-v5'
import { buildHeartbeat } from '@deye-hard/solarman-v5/testing'
import { afterEach, expect, test, vi } from 'vitest'
import { createTcpDialer, type TcpDialer } from '../../src/device/tcp-dialer.ts'
import { type Simulation, startSimulation } from '../../src/fleet/simulation.ts'
import { NO_JOURNAL } from '../../src/journal.ts'
import { type AckingServer, ackNow, type ServerScript, startAckingServer } from '../acking-server.ts'
import { NOON_MS, viennaLogger } from '../harness.ts'
import { createVirtualSchedule, type VirtualSchedule } from '../virtual-schedule.ts'

const WAIT = { timeout: 10_000, interval: 10 }
const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) {
    await cleanUp()
  }
})

interface TcpStage {
  schedule: VirtualSchedule
  simulation: Simulation
  dialer: TcpDialer
}

function connectLogger(port: number, halfOpenMax = 10): TcpStage {
  const schedule = createVirtualSchedule(NOON_MS)
  const dialer = createTcpDialer({ host: '127.0.0.1', port }, halfOpenMax)
  const simulation = startSimulation({
    fleet: { seed: 1, loggers: [viennaLogger({ upload_interval_s: 300 })] },
    schedule,
    dial: dialer.dial,
    journal: NO_JOURNAL,
    speed: 1,
    bufferRecords: 240,
    faults: [],
    onFault: () => {},
  })
  cleanUps.push(() => {
    simulation.stop()
    dialer.stop()
  })
  schedule.advance(0)
  return { schedule, simulation, dialer }
}

async function listen(script?: ServerScript): Promise<AckingServer> {
  const server = await startAckingServer(script)
  cleanUps.push(() => server.stop())
  return server
}

/** Types and counters of the data frames that arrived. */
function records(server: AckingServer): string[] {
  return server.arrivals.flatMap(({ frame }) => {
    const message = decodeMessage(frame)
    return message.type === 'data' ? [`${message.buffered ? 'replay' : 'live'} ${message.recordCounter}`] : []
  })
}

test('three copies, a new boot, a live record, then the refused one as replay', async () => {
  let mute = true
  const server = await listen({
    answer: ({ frame }) => (mute && frame.code === 0x42 ? null : ackNow(frame)),
  })
  const { schedule } = connectLogger(server.port)
  for (const copies of [1, 2, 3]) {
    await vi.waitFor(() => expect(records(server)).toHaveLength(copies), WAIT)
    schedule.advance(12_000)
  }
  mute = false
  schedule.advance(26_000)
  await vi.waitFor(() => expect(records(server)).toHaveLength(5), WAIT)
  const [first, ...rest] = records(server)
  const counter = Number(first!.split(' ')[1])
  expect(rest).toEqual([first, first, `live ${counter + 1}`, `replay ${counter}`])
  expect(server.sockets).toHaveLength(2)
})

test('a logger without power leaves its socket: no FIN arrives, and it goes when the logger is heard again', async () => {
  const server = await listen()
  const { simulation, dialer } = connectLogger(server.port)
  await vi.waitFor(() => expect(simulation.stats.data_acked).toBe(1), WAIT)
  const [logger] = simulation.loggers
  logger!.forceDark(true)
  expect(simulation.stats).toMatchObject({ asleep: 1, connected: 0 })
  expect(dialer.halfOpen).toBe(1)
  // A FIN sent before this connection was opened would have arrived before its answer.
  const witness = connect(server.port, '127.0.0.1')
  witness.write(buildHeartbeat({ loggerSerial: 1 }))
  await once(witness, 'data')
  witness.destroy()
  expect(server.ends).toEqual([])
  logger!.forceDark(false)
  await vi.waitFor(() => expect(server.ends).toContain(0), WAIT)
  expect(dialer.halfOpen).toBe(0)
  expect(simulation.stats).toMatchObject({ asleep: 0, connected: 1 })
})

test('no more than the limit of half-open sockets is kept', async () => {
  const server = await listen()
  const { simulation, dialer } = connectLogger(server.port, 0)
  await vi.waitFor(() => expect(simulation.stats.data_acked).toBe(1), WAIT)
  simulation.loggers[0]!.forceDark(true)
  expect(dialer.halfOpen).toBe(0)
  await vi.waitFor(() => expect(server.ends).toEqual([0]), WAIT)
})

test('a collector that is away, comes, resets and comes again costs nothing but time', async () => {
  const placeholder = createServer()
  placeholder.listen(0, '127.0.0.1')
  await once(placeholder, 'listening')
  const { port } = placeholder.address() as AddressInfo
  placeholder.close()
  await once(placeholder, 'close')
  const { schedule, simulation } = connectLogger(port)
  const sockets: Socket[] = []
  await vi.waitFor(() => {
    schedule.advance(30_000)
    expect(simulation.stats.buffered).toBeGreaterThan(1)
  }, WAIT)
  const server = createServer(socket => {
    sockets.push(socket)
    socket.on('error', () => {})
    socket.resetAndDestroy()
  })
  server.listen(port, '127.0.0.1')
  cleanUps.push(() => server.close())
  await vi.waitFor(() => {
    schedule.advance(5_000)
    expect(sockets.length).toBeGreaterThan(3)
  }, WAIT)
  expect(simulation.stats.connected).toBeLessThanOrEqual(1)
})

test('a collector that reads nothing makes the logger drop what it cannot hold, and count it', async () => {
  const server = createServer(socket => {
    socket.pause()
    socket.on('error', () => {})
    cleanUps.push(() => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanUps.push(() => server.close())
  const { port } = server.address() as AddressInfo
  const { simulation, schedule } = connectLogger(port)
  await vi.waitFor(() => expect(simulation.stats.connected).toBe(1), WAIT)
  // More than the kernel takes on loopback, before each hello.
  simulation.loggers[0]!.tamper({ outgoing: bytes => [Buffer.alloc(8 * 1_048_576), bytes] })
  await vi.waitFor(() => {
    schedule.advance(32_000)
    expect(simulation.stats.writes_dropped).toBeGreaterThan(0)
  }, WAIT)
})
