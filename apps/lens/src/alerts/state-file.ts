// The state of alerting on disk: written whole and put in place by a rename, so that a kill leaves the old file or the new one.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type AlertsState, newAlertsState } from './alert-engine.ts'

export type LoadedState =
  | { kind: 'loaded' | 'new'; state: AlertsState }
  /** The file cannot be used and was put aside under `keptAs`; everything starts anew. */
  | { kind: 'corrupted'; state: AlertsState; reason: string; keptAs: string }

export function loadAlertsState(path: string, nowMs: number): LoadedState {
  try {
    return { kind: 'loaded', state: read(path) }
  } catch (error) {
    const state = newAlertsState(nowMs)
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'new', state }
    const keptAs = `${path}.corrupted`
    renameSync(path, keptAs)
    return { kind: 'corrupted', state, reason: (error as Error).message, keptAs }
  }
}

/** Throws what the file system throws; the file of before is still good then. */
export function saveAlertsState(path: string, state: AlertsState): void {
  const written = `${path}.new`
  const file = openSync(written, 'w', 0o600)
  try {
    writeFileSync(file, JSON.stringify(state))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(written, path)
}

/** Only what every later step relies on is looked at: the file is ours, and half of it would not parse. */
function read(path: string): AlertsState {
  const state = JSON.parse(readFileSync(path, 'utf8')) as AlertsState | null
  if (state?.version !== 1) throw new Error('the version is not 1')
  const { rules, dispatch, history, atMs } = state
  const objects = [rules, dispatch, dispatch?.groups, dispatch?.mailed, dispatch?.known]
  if (!Number.isFinite(atMs) || !Array.isArray(history) || !objects.every(isObject))
    throw new Error('parts of the state are missing')
  return state
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
