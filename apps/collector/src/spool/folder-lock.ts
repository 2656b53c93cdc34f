// One collector per spool folder: whoever listens on the socket `lock` in the folder owns it.
import { closeSync, constants, openSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { SpoolError } from './errors.ts'

/** A pid file would lie after kill -9 and between containers (each has a pid 1); the kernel closes a socket with its owner. */
const LOCK_NAME = 'lock'
/** Limit of a socket path: 108 bytes on Linux, 104 on macOS. */
const MAX_SOCKET_PATH_BYTES = 100

export interface FolderLock {
  release(): Promise<void>
}

/** Throws SpoolError `spool_locked` while another process lives on this folder. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const folderHandle = openSync(folder, constants.O_RDONLY)
  try {
    const path = socketPath(folder, folderHandle)
    const first = await listen(path)
    if (first !== null) return lockOf(first)
    if (await answers(path)) throw new SpoolError('spool_locked', folder)
    rmSync(path, { force: true })
    const second = await listen(path)
    if (second === null) throw new SpoolError('spool_locked', folder)
    return lockOf(second)
  } finally {
    closeSync(folderHandle)
  }
}

/** A folder deeper than a socket path may be is reached through its open handle. */
function socketPath(folder: string, folderHandle: number): string {
  const path = join(folder, LOCK_NAME)
  return Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES
    ? path
    : `/proc/self/fd/${folderHandle}/${LOCK_NAME}`
}

/** Null when the name is taken, by a living owner or by the socket of a dead one. */
function listen(path: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer(socket => socket.destroy())
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null)
      else reject(error)
    })
    server.listen(path, () => {
      server.unref()
      resolve(server)
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

function lockOf(server: Server): FolderLock {
  return { release: () => new Promise(resolve => server.close(() => resolve())) }
}
