// Notices a full or broken disk, and keeps a reserve beside the spool so that a full disk can still be drained.
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { DiskError } from './contract.ts'

const RESERVE_NAME = 'reserve'
/** Deleting from LMDB writes new pages first: without room a full spool could not even shrink. */
export const RESERVE_BYTES = 2 * 2 ** 20
const NO_SPACE_BELOW_BYTES = 1 * 2 ** 20

export interface DiskGuard {
  /** Null while writes are expected to succeed. After a failure it is cleared by a retry that finds the reserve in place. */
  state(nowMs: number): DiskError | null
  failed(nowMs: number): void
}

export function openDiskGuard(folder: string, retryMs: number): DiskGuard {
  let state: DiskError | null = restoreReserve(folder) ? null : 'no_space'
  let retryAtMs = 0
  return {
    state(nowMs) {
      if (state === null || nowMs < retryAtMs) return state
      if (restoreReserve(folder)) state = null
      else retryAtMs = nowMs + retryMs
      return state
    },
    failed(nowMs) {
      state = hasNoSpace(folder) ? 'no_space' : 'io_error'
      retryAtMs = nowMs + retryMs
      if (state === 'no_space') rmSync(join(folder, RESERVE_NAME), { force: true })
    },
  }
}

/** LMDB reports a short write as EIO, so the file system is asked which of the two it was. */
function hasNoSpace(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize < NO_SPACE_BELOW_BYTES
  } catch {
    return false
  }
}

function restoreReserve(folder: string): boolean {
  const path = join(folder, RESERVE_NAME)
  try {
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) >= RESERVE_BYTES) return true
    const file = openSync(path, 'w', 0o600)
    try {
      if (writeSync(file, Buffer.alloc(RESERVE_BYTES)) < RESERVE_BYTES) throw new Error('short write')
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    return true
  } catch {
    rmSync(path, { force: true })
    return false
  }
}
