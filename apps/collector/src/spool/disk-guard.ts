// Notices a full or broken disk, and keeps a reserve beside the spool so that a full disk can still be drained.
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { DiskError } from './contract.ts'

const RESERVE_NAME = 'reserve'
/** Deleting from LMDB writes new pages first: without room a full spool could not even shrink. */
const RESERVE_BYTES = 2 * 2 ** 20
/** What is left of it on a disk that stays nearly full; with less, nothing new is taken. */
const RESERVE_MIN_BYTES = RESERVE_BYTES / 4
const SPARE_BYTES = 64 * 1024
const NO_SPACE_BELOW_BYTES = 2 ** 20
/** LMDB maps files that it has only stretched: on a disk without room for them it ends the process with SIGBUS. */
const OPEN_NEEDS_BYTES = 128 * 1024

/** Makes room for opening the spool by giving up the reserve; false when even that is not enough. */
export function hasRoomToOpen(folder: string): boolean {
  if (availableBytes(folder) >= OPEN_NEEDS_BYTES) return true
  rmSync(join(folder, RESERVE_NAME), { force: true })
  return availableBytes(folder) >= OPEN_NEEDS_BYTES
}

export class DiskGuard {
  /** Why the last commit failed; null again after one that took frames, or when there is room enough. */
  error: DiskError | null
  #retryAtMs = 0
  #refuses: boolean
  readonly #folder: string
  readonly #retryMs: number

  constructor(folder: string, retryMs: number) {
    this.#folder = folder
    this.#retryMs = retryMs
    this.#refuses = !this.#restoreReserve()
    this.error = this.#refuses ? 'no_space' : null
  }

  /** True while new frames are not to be tried. Tries the disk again by itself when the time has come. */
  refuses(nowMs: number): boolean {
    if (!this.#refuses) return false
    if (nowMs < this.#retryAtMs && nowMs >= this.#retryAtMs - this.#retryMs) return true
    this.#retryAtMs = nowMs + this.#retryMs
    this.#refuses = !this.#restoreReserve()
    if (!this.#refuses && availableBytes(this.#folder) >= NO_SPACE_BELOW_BYTES) this.error = null
    return this.#refuses
  }

  failed(nowMs: number): void {
    // LMDB reports a short write as EIO, so the file system is asked which of the two it was.
    this.error = availableBytes(this.#folder) < NO_SPACE_BELOW_BYTES ? 'no_space' : 'io_error'
    this.#refuses = true
    this.#retryAtMs = nowMs + this.#retryMs
    if (this.error === 'no_space') rmSync(this.#reservePath(), { force: true })
  }

  tookFrames(): void {
    this.error = null
  }

  #restoreReserve(): boolean {
    const path = this.#reservePath()
    try {
      const present = statSync(path, { throwIfNoEntry: false })?.size ?? 0
      if (present >= RESERVE_MIN_BYTES) return true
      const bytes = Math.min(RESERVE_BYTES, availableBytes(this.#folder) - SPARE_BYTES)
      if (bytes < RESERVE_MIN_BYTES) return false
      writeDurable(path, Buffer.alloc(bytes))
      return true
    } catch {
      rmSync(path, { force: true })
      return false
    }
  }

  #reservePath(): string {
    return join(this.#folder, RESERVE_NAME)
  }
}

function writeDurable(path: string, content: Buffer): void {
  const file = openSync(path, 'w', 0o600)
  try {
    if (writeSync(file, content) < content.length) throw new Error('short write')
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** A disk that does not even tell is not called full. */
function availableBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
