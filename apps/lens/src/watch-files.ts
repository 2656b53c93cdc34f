// Takes changed dashboards, rules, numbers and runbooks while lens runs: whoever writes a rule sees it evaluated, without a restart.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  DASHBOARDS_FOLDER,
  loadMonitoring,
  type Monitoring,
  RULES_FOLDER,
  RUNBOOKS_FOLDER,
  THRESHOLDS_FILE,
} from '@deye-hard/monitoring'

const FOLDERS = [DASHBOARDS_FOLDER, RULES_FOLDER, RUNBOOKS_FOLDER]

export interface WatchOptions {
  /** The folder that holds `dashboards/` and `alerts/`. */
  root: string
  /** Watched as well, from the root. */
  otherFiles: readonly string[]
  /** Files are looked at so often: notices of the file system do not come from every one, and not for every editor. */
  intervalMs: number
  /** All of them as they are now. Not called while a file has a fault: what was there before stays. */
  changed(monitoring: Monitoring): Promise<void>
  report(event: string, fields: Readonly<Record<string, unknown>>): void
}

export interface FileWatch {
  counters: { taken: number; refused: number }
  /** Resolves when the look that is under way is over. */
  stop(): Promise<void>
}

export function watchFiles({ root, otherFiles, intervalMs, changed, report }: WatchOptions): FileWatch {
  const counters = { taken: 0, refused: 0 }
  let known = fingerprint(root, otherFiles)
  let looking = Promise.resolve()
  const look = async () => {
    const found = fingerprint(root, otherFiles)
    if (found === known) return
    known = found
    const { monitoring, faults } = loadMonitoring(root)
    for (const { file, path, message: reason } of faults)
      report('changed file of the monitoring is not taken', { file, path, reason })
    if (faults.length > 0) {
      counters.refused += 1
      return
    }
    await changed(monitoring)
    counters.taken += 1
  }
  const timer = setInterval(() => {
    looking = looking.then(look).catch(error => {
      counters.refused += 1
      report('changed files are not taken', { reason: (error as Error).message })
    })
  }, intervalMs)
  return {
    counters,
    async stop() {
      clearInterval(timer)
      await looking
    },
  }
}

/** Changes with every file that is written, added or taken away. */
function fingerprint(root: string, otherFiles: readonly string[]): string {
  const files = FOLDERS.flatMap(folder => namesIn(join(root, folder)).map(name => `${folder}/${name}`))
  return [...files, THRESHOLDS_FILE, ...otherFiles]
    .map(file => `${file} ${stampOf(join(root, file))}`)
    .join('\n')
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

/** A file may go between two looks. */
function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  return found === undefined ? 'gone' : `${found.mtimeMs} ${found.size} ${found.ino}`
}
