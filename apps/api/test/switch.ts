// A port that leads to a database only while it is open, so that a test can take the database away and bring it back.
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

export interface Switch {
  port: number
  open(): Promise<void>
  shut(): Promise<void>
}

/** Shut at first. */
export async function switchTo(port: number): Promise<Switch> {
  const sockets = new Set<Socket>()
  const server: Server = createServer(near => {
    const far = connect(port, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
    near.pipe(far).pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const own = (server.address() as { port: number }).port
  const shut = async () => {
    if (!server.listening) return
    server.close()
    for (const socket of sockets) socket.destroy()
    await once(server, 'close')
  }
  await shut()
  return {
    port: own,
    shut,
    async open() {
      server.listen(own, '127.0.0.1')
      await once(server, 'listening')
    },
  }
}
