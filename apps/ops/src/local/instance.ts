// One `npm start` per data folder; and what a killed one left running is found and stopped.
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { readConnectionFile } from '../connection-file.ts'
import { OpsError } from '../errors.ts'
import { appEntry } from '../project.ts'
import type { DataLayout } from './layout.ts'
import { processCommand } from './listeners.ts'
import type { ServiceName } from './service.ts'

const OPS_ENTRY = 'apps/ops/src/main.ts'
const ORPHAN_GRACE_MS = 5_000
const POLL_MS = 50

export interface Orphan {
  name: string
  pid: number
}

/** Throws OPS_REFUSED while another one runs; a lock of a process that is gone does not count. */
export function checkSingleInstance(layout: DataLayout): void {
  const pid = runningInstance(layout)
  if (pid !== null)
    throw new OpsError(
      'OPS_REFUSED',
      `Another \`npm start\` (process ${pid}) runs on ${layout.root}: stop it with Ctrl-C in its terminal or \`kill ${pid}\`, or choose another folder with --data-dir and other ports.`,
    )
}

export function takeLock(layout: DataLayout): { release: () => void } {
  checkSingleInstance(layout)
  rmSync(layout.lockFile, { force: true })
  try {
    // wx: of two that start in the same moment, one gets EEXIST here.
    const file = openSync(layout.lockFile, 'wx', 0o600)
    writeSync(file, `${process.pid}\n`)
    closeSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') checkSingleInstance(layout)
    throw error
  }
  return { release: () => rmSync(layout.lockFile, { force: true }) }
}

/** Processes named in local.json that still run although their `npm start` does not. */
export function findOrphans(layout: DataLayout): Orphan[] {
  if (runningInstance(layout) !== null) return []
  const connection = readConnectionFile(layout.root)
  return Object.entries(connection?.pids ?? {})
    .map(([name, pid]) => ({ name, pid }))
    .filter(orphan => isOurs(orphan, layout))
}

/** Collector first, so that what it has acked is on disk before its neighbours go; then all by force. */
export async function stopOrphans(orphans: Orphan[], layout: DataLayout): Promise<void> {
  for (const orphan of orphans) signal(orphan.pid, orphan.name === 'postgres' ? 'SIGINT' : 'SIGTERM')
  const deadline = Date.now() + ORPHAN_GRACE_MS
  const alive = () => orphans.filter(orphan => isOurs(orphan, layout))
  while (alive().length > 0 && Date.now() < deadline) await wait(POLL_MS)
  for (const orphan of alive()) signal(orphan.pid, 'SIGKILL')
  while (alive().length > 0 && Date.now() < deadline + ORPHAN_GRACE_MS) await wait(POLL_MS)
}

function runningInstance(layout: DataLayout): number | null {
  const pid = readPid(layout.lockFile)
  if (pid === null || pid === process.pid) return null
  return processCommand(pid)?.includes(OPS_ENTRY) ? pid : null
}

/** By command line as well as number: numbers are used again after a restart of the machine. */
function isOurs({ name, pid }: Orphan, layout: DataLayout): boolean {
  const command = processCommand(pid)
  if (command === null) return false
  if (name === 'postgres') return command.includes(layout.postgres)
  return isApp(name) && command.includes(appEntry(name))
}

function isApp(name: string): name is ServiceName {
  return name === 'api' || name === 'collector' || name === 'simulator' || name === 'lens'
}

function readPid(path: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(path, 'utf8'), 10)
    return pid > 0 ? pid : null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
