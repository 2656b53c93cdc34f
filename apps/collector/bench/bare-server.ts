// The yardstick: a Node server that answers 23 bytes for each frame length that came in, without looking at a byte.
import { type AddressInfo, createServer } from 'node:net'

const FRAME_BYTES = Number(process.env.FRAME_BYTES ?? 343)
const ACK_BYTES = 23
const ACK = Buffer.alloc(ACK_BYTES)
const ACKS = Buffer.alloc(ACK_BYTES * 1_024)
/** One write for all acks of a read: the fastest that such a server can be, and more than a plain one does. */
const IS_GATHERING = process.env.GATHER === '1'

const server = createServer({ noDelay: true }, socket => {
  let waitingBytes = 0
  socket.on('error', () => {})
  socket.on('data', chunk => {
    waitingBytes += chunk.length
    const frames = Math.floor(waitingBytes / FRAME_BYTES)
    waitingBytes -= frames * FRAME_BYTES
    if (IS_GATHERING && frames > 0) socket.write(ACKS.subarray(0, frames * ACK_BYTES))
    else for (let frame = 0; frame < frames; frame += 1) socket.write(ACK)
  })
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  console.log(JSON.stringify({ message: 'listening', port: (server.address() as AddressInfo).port }))
})
process.on('SIGTERM', () => process.exit(0))
