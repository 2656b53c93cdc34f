// Whether a process still runs, for tests that kill one.
import { existsSync, readFileSync } from 'node:fs'

const ZOMBIE = 'Z'

/** A process that has ended and only waits to be asked how (a zombie) does not count: whoever inherits orphans may take a while. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  if (!existsSync('/proc/self/stat')) return true
  const state = stateOf(pid)
  return state !== null && state !== ZOMBIE
}

/** Field 3 of /proc/PID/stat; the command name before it may hold spaces and brackets. Null when it ended meanwhile. */
function stateOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[0] ?? null
  } catch {
    return null
  }
}
