// Checks that the data folder can be used before anything touches it; makes it, or empties it, afterwards.
import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { OpsError } from '../errors.ts'
import { writePrivateFile } from '../private-file.ts'
import { type DataLayout, freshEntries, LAYOUT_VERSION } from './layout.ts'

const POSTGRES_MAJOR = '17'
const ROOT_UID = 0

export interface FolderQuestion {
  layout: DataLayout
  /** `--fresh` was given: what is broken inside does not matter. */
  fresh: boolean
  /** Effective user; undefined where the system has none. */
  uid: number | undefined
}

/** Throws OPS_CONFIGURATION with one sentence and the way out; changes nothing. */
export function checkDataFolder(question: FolderQuestion): void {
  const { root } = question.layout
  const stats = look(root)
  if (!stats) {
    checkNearestParent(root, root)
    return
  }
  if (!stats.isDirectory())
    throw unusable(
      `The data folder ${root} is a file: move it away or choose another folder with --data-dir.`,
    )
  checkOwner(root, stats, question.uid, root)
  checkAccess(root)
  if (readdirSync(root).length === 0) return
  for (const path of ownPaths(question.layout)) {
    const own = look(path)
    if (own) checkOwner(path, own, question.uid, root)
  }
  checkMarker(question)
  if (!question.fresh) checkCluster(question.layout)
}

/** Makes the folder and its marker: from here on it is ours. */
export function claimDataFolder(layout: DataLayout): void {
  mkdirSync(layout.root, { recursive: true })
  writePrivateFile(layout.versionFile, `${JSON.stringify({ layout: LAYOUT_VERSION })}\n`)
}

/** Under the lock. With `fresh` removes what `npm start` made, and nothing else. */
export function prepareDataFolder(layout: DataLayout, fresh: boolean): void {
  if (fresh) for (const entry of freshEntries(layout)) rmSync(entry, { recursive: true, force: true })
  for (const folder of [layout.secrets, layout.spool, layout.logs])
    mkdirSync(folder, { recursive: true, mode: 0o700 })
}

function checkNearestParent(path: string, wanted: string): void {
  const parent = dirname(path)
  const stats = look(parent)
  if (!stats) {
    checkNearestParent(parent, wanted)
    return
  }
  if (!stats.isDirectory())
    throw unusable(
      `${parent} is a file, so ${wanted} cannot be made in it: choose another folder with --data-dir.`,
    )
  checkWritableParent(parent, wanted)
}

function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Something above it is a file: the walk to the nearest parent names which.
    if (code === 'ENOTDIR') return undefined
    throw unreadable(path, error)
  }
}

/** Root may use any folder; an ordinary user would fail later, halfway, with files of two owners. */
function checkOwner(path: string, stats: Stats, uid: number | undefined, root: string): void {
  if (uid === undefined || uid === ROOT_UID || stats.uid === uid) return
  throw unusable(
    `${path} belongs to user ${stats.uid}, you are user ${uid}: run as that user, take the data folder over with \`sudo chown -R ${uid} '${root}'\`, or choose another one with --data-dir.`,
  )
}

/** One start as root leaves files of root behind; the database's own folder changes hands by itself. */
function ownPaths(layout: DataLayout): string[] {
  const folders = [layout.secrets, layout.spool, layout.logs].filter(folder => look(folder)?.isDirectory())
  const inside = folders.flatMap(folder => readdirSync(folder).map(name => join(folder, name)))
  return [layout.versionFile, layout.fleetFile, ...folders, ...inside]
}

function checkAccess(folder: string): void {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw unreadable(folder, error, `mend its rights with \`chmod -R u+rwX '${folder}'\``)
  }
}

function checkWritableParent(parent: string, wanted: string): void {
  try {
    accessSync(parent, constants.W_OK | constants.X_OK)
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason'
    throw unusable(
      `The data folder ${wanted} cannot be made, ${parent} is not writable by you (${reason}): choose another one with --data-dir.`,
      error,
    )
  }
}

/** Nothing is started in, and nothing is deleted from, a folder that is somebody else's. */
function checkMarker({ layout, fresh }: FolderQuestion): void {
  const text = readFile(layout.versionFile)
  if (text === null)
    throw unusable(
      `The folder ${layout.root} is not empty and was not made by \`npm start\` (no layout.json): choose a new or empty folder with --data-dir.`,
    )
  const found = layoutVersion(text)
  if (found !== LAYOUT_VERSION && !fresh)
    throw unusable(
      `The data folder ${layout.root} has layout ${found ?? 'of unknown version'}, this version needs ${LAYOUT_VERSION}: start empty with --fresh, or choose another folder with --data-dir.`,
    )
}

function checkCluster({ root, postgres }: DataLayout): void {
  if (!look(postgres)) return
  const text = readFile(`${postgres}/PG_VERSION`)
  if (text?.trim() === POSTGRES_MAJOR) return
  const found =
    text === null ? 'has no PG_VERSION' : `says version ${JSON.stringify(text.trim().slice(0, 20))}`
  throw unusable(
    `The database in ${root} is broken (PostgreSQL's folder ${found}, expected ${POSTGRES_MAJOR}): restore a backup of the folder, start empty with --fresh (this deletes the data), or choose another one with --data-dir.`,
  )
}

function readFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw unreadable(path, error)
  }
}

function layoutVersion(text: string): number | null {
  try {
    const { layout } = JSON.parse(text) as { layout?: unknown }
    return typeof layout === 'number' ? layout : null
  } catch {
    // Not JSON is an answer: the caller says that the version is unknown.
    return null
  }
}

/** `chmod` is only good advice for what is the user's own. */
function unreadable(path: string, error: unknown, wayOut = 'mend its rights'): OpsError {
  const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason'
  return unusable(
    `${path} cannot be read and written by you (${reason}): ${wayOut}, or choose another folder with --data-dir.`,
    error,
  )
}

function unusable(sentence: string, cause?: unknown): OpsError {
  return new OpsError('OPS_CONFIGURATION', sentence, { cause })
}
