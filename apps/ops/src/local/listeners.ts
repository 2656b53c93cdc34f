// Tells whether a port is free, and whose it is when it is not.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'

const TCP_LISTEN = '0A'

export interface Listener {
  pid: number
  command: string
}

export type PortState =
  | { kind: 'free' }
  /** Listener is null where the system does not tell: another user's process. */
  | { kind: 'in_use'; listener: Listener | null }
  | { kind: 'refused'; reason: string }

/** Binds for a moment: the only answer that counts. */
export function probePort(host: string, port: number): Promise<PortState> {
  return new Promise(done => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') done({ kind: 'in_use', listener: findListener(port) })
      else done({ kind: 'refused', reason: error.code ?? error.message })
    })
    server.listen({ host, port, exclusive: true }, () => server.close(() => done({ kind: 'free' })))
  })
}

/** The command line of a process, null when there is none (or it may not be seen). */
export function processCommand(pid: number): string | null {
  if (process.platform === 'linux') {
    const command = readText(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ').trim()
    // A process that has ended but was not yet waited for has an empty command line.
    return command === undefined || command === '' ? null : command
  }
  const ps = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  return ps.status === 0 ? ps.stdout.trim() : null
}

function findListener(port: number): Listener | null {
  const pid = process.platform === 'linux' ? findInProc(port) : findWithLsof(port)
  return pid === null ? null : { pid, command: processCommand(pid) ?? 'unknown' }
}

/** proc(5): local address is the second column, state the fourth, inode the tenth. */
function findInProc(port: number): number | null {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(file =>
    (readText(file) ?? '').split('\n').slice(1),
  )
  const inodes = rows
    .map(row => row.trim().split(/\s+/))
    .filter(columns => columns[1]?.endsWith(suffix) && columns[3] === TCP_LISTEN)
    .map(columns => `socket:[${columns[9]}]`)
  return inodes.length === 0 ? null : findHolder(new Set(inodes))
}

function findHolder(sockets: Set<string>): number | null {
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name)))
    if (openFiles(pid).some(file => sockets.has(file))) return Number(pid)
  return null
}

/** Empty for processes of other users and those that end meanwhile. */
function openFiles(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map(fd => readlinkSync(`/proc/${pid}/fd/${fd}`))
  } catch {
    return []
  }
}

function findWithLsof(port: number): number | null {
  const lsof = spawnSync('lsof', ['-nP', '-t', `-iTCP:${port}`, '-sTCP:LISTEN'], { encoding: 'utf8' })
  const pid = Number.parseInt(lsof.stdout ?? '', 10)
  return Number.isNaN(pid) ? null : pid
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
