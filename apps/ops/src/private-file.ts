// Writes files that only their owner may read, whole or not at all.
import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

const OWNER_ONLY = 0o600

/**
 * A reader sees the old content or the new, never half of it: temporary file beside the target, fsync, rename.
 * Throws the file system's own error (EACCES, ENOSPC, …).
 */
export function writePrivateFile(path: string, content: string): void {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  const file = openSync(temporary, 'wx', OWNER_ONLY)
  try {
    writeSync(file, content)
    fsyncSync(file)
    closeSync(file)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}
