// A tiny scripted collector on a real socket: reads frames and answers as the test says.
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { ackCode, type Frame, FrameReader, writeAck } from '@deye-hard/solarman-v5'

export interface Arrival {
  frame: Frame
  /** Which connection brought it, counted from 0. */
  connection: number
}

export interface ServerScript {
  /** The bytes that answer a frame; null says nothing. By default the ack of the reference. */
  answer?(arrival: Arrival): Buffer | null
}

export interface AckingServer {
  port: number
  arrivals: Arrival[]
  /** Reasons of everything that was no frame. */
  malformed: string[]
  sockets: Socket[]
  /** Raw bytes by connection. */
  bytes: Buffer[][]
  ends: number[]
  stop(): Promise<void>
}

export function ackNow(frame: Frame, unixTimeS = Math.floor(Date.now() / 1_000)): Buffer | null {
  return ackCode(frame.code) === null ? null : writeAck(frame, { unixTimeS, heartbeatIntervalS: 120 })
}

export async function startAckingServer(script: ServerScript = {}): Promise<AckingServer> {
  const answer = script.answer ?? (({ frame }) => ackNow(frame))
  const state: Omit<AckingServer, 'port' | 'stop'> = {
    arrivals: [],
    malformed: [],
    sockets: [],
    bytes: [],
    ends: [],
  }
  const server = createServer(socket => {
    const connection = state.sockets.push(socket) - 1
    const reader = new FrameReader()
    state.bytes[connection] = []
    socket.on('data', chunk => {
      state.bytes[connection]!.push(chunk)
      reader.push(chunk)
      for (let read = reader.next(); read.kind !== 'incomplete'; read = reader.next()) {
        if (read.kind === 'malformed') {
          state.malformed.push(read.reason)
          continue
        }
        const arrival = { frame: read.frame, connection }
        state.arrivals.push(arrival)
        const reply = answer(arrival)
        if (reply !== null) {
          socket.write(reply)
        }
      }
    })
    socket.on('end', () => state.ends.push(connection))
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(state, {
    port: (server.address() as AddressInfo).port,
    async stop() {
      for (const socket of state.sockets) {
        socket.destroy()
      }
      server.close()
      await once(server, 'close')
    },
  })
}
