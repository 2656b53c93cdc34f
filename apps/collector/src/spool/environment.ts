// Opens the LMDB environment of a spool folder so that a commit means "on disk", and looks before it maps a file.
import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import { SpoolError } from './errors.ts'

const DATA_NAME = 'data.mdb'
const LMDB_MAGIC = Buffer.from([0xde, 0xc0, 0xef, 0xbe])
const MAGIC_WITHIN_BYTES = 64
const MIN_FILE_BYTES = 8_192
/** The map is address space, not disk. Deletes wait in free pages, so the file may exceed the limit of the frames. */
const MAP_FACTOR = 4
const MAP_EXTRA_BYTES = 256 * 2 ** 20
const MAX_READERS = 8
const VERIFY_TIMEOUT_MS = 10 * 60_000

export interface Environment {
  root: RootDatabase
  /** Groups of frames by key, see group-format.ts. */
  groups: Database<Buffer, number>
  /** Batch id to the keys of its groups, JSON. */
  batches: Database<string, string>
  /** Frames that neither the API nor the decoder takes; bounded. */
  dead: Database<Buffer, number>
  /** Collector id, counters, notes. */
  meta: Database<string, string>
}

/** Throws SpoolError; leaves what it finds unchanged. */
export function openEnvironment(folder: string, maxBytes: number): Environment {
  const dataPath = join(folder, DATA_NAME)
  const isNew = !existsSync(dataPath) || statSync(dataPath).size === 0
  if (!isNew) checkMagic(folder, dataPath)
  let root: RootDatabase | undefined
  try {
    root = open({
      path: folder,
      mapSize: maxBytes * MAP_FACTOR + MAP_EXTRA_BYTES,
      maxDbs: 4,
      maxReaders: MAX_READERS,
      // Off: a commit then resolves after fdatasync of the data and the O_DSYNC write of the meta page (README, "Proof").
      overlappingSync: false,
      // Off: GroupCommit forms the groups itself and has already waited for the end of the event turn.
      eventTurnBatching: false,
      encoding: 'binary',
    })
    if (!isNew) checkLength(folder, dataPath, root)
    const environment = {
      root,
      groups: root.openDB<Buffer, number>({ name: 'groups', encoding: 'binary' }),
      batches: root.openDB<string, string>({ name: 'batches', encoding: 'string' }),
      dead: root.openDB<Buffer, number>({ name: 'dead', encoding: 'binary' }),
      meta: root.openDB<string, string>({ name: 'meta', encoding: 'string' }),
    }
    if (isNew) syncFolder(folder)
    return environment
  } catch (cause) {
    void root?.close()
    throw cause instanceof SpoolError ? cause : openError(folder, cause)
  }
}

export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw openError(folder, cause)
  }
}

/** LMDB maps what it is given: on a file of garbage it ends the process with SIGSEGV instead of an error. */
function checkMagic(folder: string, dataPath: string): void {
  const head = Buffer.alloc(MAGIC_WITHIN_BYTES)
  const file = openSync(dataPath, 'r')
  try {
    readSync(file, head, 0, head.length, 0)
  } finally {
    closeSync(file)
  }
  if (statSync(dataPath).size < MIN_FILE_BYTES || !head.includes(LMDB_MAGIC))
    throw new SpoolError('spool_damaged', folder)
}

/**
 * A cut file ends the process with SIGBUS at the first page behind its end. LMDB may leave pages at the end unwritten, so a
 * short file is not yet a broken one: a child process reads everything once, and only its end decides.
 */
function checkLength(folder: string, dataPath: string, root: RootDatabase): void {
  const { lastPageNumber, pageSize } = root.getStats() as { lastPageNumber: number; pageSize: number }
  if (statSync(dataPath).size >= (lastPageNumber + 1) * pageSize) return
  const script = join(
    import.meta.dirname,
    `verify-environment${import.meta.filename.endsWith('.ts') ? '.ts' : '.js'}`,
  )
  const verdict = spawnSync(process.execPath, [script, folder], {
    stdio: 'ignore',
    timeout: VERIFY_TIMEOUT_MS,
  })
  if (verdict.status !== 0) throw new SpoolError('spool_damaged', folder)
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  fsyncSync(handle)
  closeSync(handle)
}

function openError(folder: string, cause: unknown): SpoolError {
  const { code, message } = cause as { code?: unknown; message?: string }
  const text = `${String(code)} ${message ?? ''}`
  if (/ENOSPC|No space/i.test(text)) return new SpoolError('spool_no_space', folder, { cause })
  if (/EACCES|EPERM|EROFS|ENOTDIR|EEXIST|ENOENT|denied|Not a directory|Read-only/i.test(text))
    return new SpoolError('spool_folder_unusable', folder, { cause })
  return new SpoolError('spool_damaged', folder, { cause })
}
