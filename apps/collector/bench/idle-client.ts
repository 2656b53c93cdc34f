// Opens many connections from several loopback addresses, sends one heartbeat on each, and keeps them open.
import { once } from 'node:events'
import { connect } from 'node:net'
import { buildHeartbeat } from '@deye-hard/solarman-v5/testing'

const [port, count, firstAddress] = process.argv.slice(2).map(Number) as [number, number, number]
/** Below the ephemeral ports of one source address. */
const PER_ADDRESS = 5_000
const AT_ONCE = 200
const ACK_BYTES = Number(process.env.ACK_BYTES ?? 23)
const PAD = Buffer.alloc(Number(process.env.FRAME_BYTES ?? 14))

let opened = 0
while (opened < count) {
  const batch = Math.min(AT_ONCE, count - opened)
  await Promise.all(Array.from({ length: batch }, (_, index) => open(opened + index)))
  opened += batch
}
console.log(JSON.stringify({ message: 'listening', port: 0, opened }))
process.on('SIGTERM', () => process.exit(0))
setInterval(() => {}, 60_000)

async function open(index: number): Promise<void> {
  const localAddress = `127.0.0.${firstAddress + Math.floor(index / PER_ADDRESS)}`
  const socket = connect({ port, host: '127.0.0.1', localAddress })
  socket.on('error', error => {
    console.error('a connection failed:', error.message)
    process.exit(1)
  })
  await once(socket, 'connect')
  let bytes = 0
  const acked = new Promise<void>(resolve => {
    socket.on('data', chunk => {
      bytes += chunk.length
      if (bytes >= ACK_BYTES) resolve()
    })
  })
  socket.write(
    PAD.length > 14 ? PAD : buildHeartbeat({ loggerSerial: 2_700_000_000 + firstAddress * 10_000 + index }),
  )
  await acked
}
