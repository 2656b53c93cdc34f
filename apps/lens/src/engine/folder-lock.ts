// One engine per folder: whoever listens on the socket `lock` in the folder owns it.
import { closeSync, constants, openSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'

/** The kernel closes a socket with its owner; a pid file would lie after kill -9. */
const LOCK_NAME = 'lock'
/** Limit of a socket path: 108 bytes on Linux, 104 on macOS. */
const MAX_SOCKET_PATH_BYTES = 100

/** Holds the folder until the process ends; false while another process lives on it. */
export async function lockFolder(folder: string): Promise<boolean> {
  const handle = openSync(folder, constants.O_RDONLY)
  try {
    const path = socketPath(folder, handle)
    if (await listen(path)) return true
    if (await answers(path)) return false
    rmSync(path, { force: true })
    return await listen(path)
  } finally {
    closeSync(handle)
  }
}

/** A folder deeper than a socket path may be is reached through its open handle. */
function socketPath(folder: string, handle: number): string {
  const path = join(folder, LOCK_NAME)
  return Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES ? path : `/proc/self/fd/${handle}/${LOCK_NAME}`
}

/** False when the name is taken, by a living owner or by the socket of a dead one. */
function listen(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server: Server = createServer(socket => socket.destroy())
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false)
      else reject(error)
    })
    server.listen(path, () => {
      server.unref()
      resolve(true)
    })
  })
}

function answers(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
