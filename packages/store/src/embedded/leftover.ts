// Deals with what an earlier run left in the data folder: a lock file of a dead server, or a server whose starter was killed.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { EmbeddedServerError } from './errors.ts'

const STOP_STEPS: readonly [signal: NodeJS.Signals, waitMs: number][] = [
  ['SIGINT', 5_000],
  ['SIGQUIT', 3_000],
  ['SIGKILL', 2_000],
]
const LOOK_AGAIN_MS = 20
/** A server that was killed a moment ago still shows for some milliseconds. */
const DYING_LIMIT_MS = 1_500

/**
 * Afterwards no server runs on the folder. A server whose starter lives is not touched: throws `in_use`.
 * After a reboot the process id in the lock file may belong to anybody, which PostgreSQL takes for a running server: only then the
 * file is removed. Otherwise it stays, since it tells PostgreSQL to look for children of a killed server.
 */
export async function clearLeftover(dataDir: string, log: (line: string) => void): Promise<void> {
  const lockFile = join(dataDir, 'postmaster.pid')
  if (!existsSync(lockFile)) return
  const pid = Number(readFileSync(lockFile, 'utf8').split('\n')[0])
  if (!(await isGoneWithin(DYING_LIMIT_MS, pid, dataDir))) {
    const starter = readStarter(dataDir)
    if (starter === null || isSameProcess(starter)) {
      throw new EmbeddedServerError('in_use', { folder: dataDir, pid: starter?.pid ?? pid })
    }
    log(`The process that started PostgreSQL ${pid} is gone: stopping it first.`)
    await stopServer(pid, dataDir)
  }
  if (isAlive(pid)) rmSync(lockFile, { force: true })
}

/** Remembers who started the server, beside the data folder: PostgreSQL wants no strange files in it. */
export function recordStarter(dataDir: string): void {
  writeFileSync(starterFile(dataDir), JSON.stringify({ pid: process.pid, since: startTime(process.pid) }))
}

export function forgetStarter(dataDir: string): void {
  rmSync(starterFile(dataDir), { force: true })
}

interface Starter {
  pid: number
  /** Tells a process from a later one with the same id; null where the system does not say. */
  since: string | null
}

function starterFile(dataDir: string): string {
  return `${dataDir}.starter.json`
}

function readStarter(dataDir: string): Starter | null {
  try {
    return JSON.parse(readFileSync(starterFile(dataDir), 'utf8')) as Starter
  } catch {
    return null
  }
}

function isSameProcess(starter: Starter): boolean {
  return isAlive(starter.pid) && startTime(starter.pid) === starter.since
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Field 22 of /proc/PID/stat; the command name before it may hold spaces and brackets. */
function startTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

/** Where there is no /proc (macOS) any living process with that id counts, as it does for PostgreSQL itself. */
function isServerOf(pid: number, dataDir: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return false
  if (!existsSync('/proc/self/cmdline')) return true
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(dataDir)
  } catch {
    return false
  }
}

async function stopServer(pid: number, dataDir: string): Promise<void> {
  for (const [signal, waitMs] of STOP_STEPS) {
    process.kill(pid, signal)
    if (await isGoneWithin(waitMs, pid, dataDir)) return
  }
  throw new EmbeddedServerError('in_use', { folder: dataDir, pid })
}

async function isGoneWithin(limitMs: number, pid: number, dataDir: string): Promise<boolean> {
  const deadlineMs = performance.now() + limitMs
  while (isServerOf(pid, dataDir)) {
    if (performance.now() > deadlineMs) return false
    await delay(LOOK_AGAIN_MS)
  }
  return true
}
