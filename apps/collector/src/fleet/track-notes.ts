// Keeps tracks and watch in the spool across restarts, in small notes, and only while the frames have all the room they want.
import { statfs } from 'node:fs/promises'
import { checkTrack, checkWatch, type LoggerTrack, type Watch } from '@deye-hard/domain'
import type { Spool } from '../spool/contract.ts'
import type { Member } from './member.ts'

/** Fixed, so that a logger is always in the same note: a save that is cut off loses nobody. */
const NOTES = 256
const WATCH_NAME = 'fleet:watch'
/** Tracks that share a commit: a few milliseconds of work. */
const COMMIT_CHARACTERS = 128 * 1_024
/** Notes of 100,000 loggers have some 30 MB, and LMDB writes new pages before it frees the old ones. */
const DISK_ROOM_MIN_BYTES = 64 * 2 ** 20

export type NoteSpool = Pick<Spool, 'readNote' | 'writeNote' | 'status'>
export type SaveOutcome = 'saved' | 'put_off'

export interface Kept {
  tracks: Map<number, LoggerTrack>
  watch: Watch | null
  /** Notes and tracks that were damaged; their loggers count as unknown. */
  refused: number
}

/** Never throws: what cannot be trusted is left out. */
export function readKept(spool: Pick<NoteSpool, 'readNote'>): Kept {
  const kept: Kept = { tracks: new Map(), watch: null, refused: 0 }
  for (let note = 0; note < NOTES; note += 1) {
    const text = spool.readNote(nameOf(note))
    if (text !== undefined) readTracks(text, kept)
  }
  const watchText = spool.readNote(WATCH_NAME)
  if (watchText === undefined) return kept
  const watch = checkWatch(parse(watchText))
  if (watch.kind === 'ok') kept.watch = watch.value
  else kept.refused += 1
  return kept
}

export class TrackNotes {
  readonly #spool: NoteSpool
  readonly #folder: string
  readonly #changed = new Uint8Array(NOTES)

  constructor(spool: NoteSpool, folder: string) {
    this.#spool = spool
    this.#folder = folder
  }

  /** The track of this logger is not the one on disk any more. */
  touch(loggerSerial: number): void {
    this.#changed[loggerSerial % NOTES] = 1
  }

  /** Writes the notes that have changed. A disk that is nearly full is left to the frames: then it is put off. */
  async save(members: readonly Member[], watch: Watch | null): Promise<SaveOutcome> {
    const byNote = Map.groupBy(members, ({ loggerSerial }) => loggerSerial % NOTES)
    let note = 0
    while (note < NOTES) {
      if (!(await this.#hasRoom())) return 'put_off'
      const writes: Promise<boolean>[] = []
      for (let characters = 0; note < NOTES && characters < COMMIT_CHARACTERS; note += 1) {
        if (this.#changed[note] === 0) continue
        const text = textOf(byNote.get(note) ?? [])
        characters += text.length
        writes.push(this.#write(note, text))
      }
      if ((await Promise.all(writes)).includes(false)) return 'put_off'
    }
    if (watch === null) return 'saved'
    return (await this.#spool.writeNote(WATCH_NAME, JSON.stringify(watch))) === 'durable'
      ? 'saved'
      : 'put_off'
  }

  /** What changes while the write is under way is for the next save. */
  async #write(note: number, text: string): Promise<boolean> {
    this.#changed[note] = 0
    const isDurable = (await this.#spool.writeNote(nameOf(note), text)) === 'durable'
    if (!isDurable) this.#changed[note] = 1
    return isDurable
  }

  /** A commit that fails for want of room would take the frames in it along. */
  async #hasRoom(): Promise<boolean> {
    const { full, disk_error: diskError } = this.#spool.status()
    if (full || diskError !== null) return false
    try {
      const { bavail, bsize } = await statfs(this.#folder)
      return bavail * bsize >= DISK_ROOM_MIN_BYTES
    } catch {
      return false
    }
  }
}

function nameOf(note: number): string {
  return `fleet:${note}`
}

/** Pairs of serial and track; what was learned is worked out anew when they are read. */
function textOf(members: readonly Member[]): string {
  const pairs = members.flatMap(({ loggerSerial, track }) => {
    if (track === null) return []
    const { rhythm: _learned, ...kept } = track
    return [[loggerSerial, kept]]
  })
  return JSON.stringify(pairs)
}

function readTracks(text: string, kept: Kept): void {
  const pairs = parse(text)
  if (!Array.isArray(pairs)) {
    kept.refused += 1
    return
  }
  for (const pair of pairs as unknown[]) {
    const [serial, value] = Array.isArray(pair) ? (pair as unknown[]) : []
    const track = checkTrack(value)
    if (Number.isSafeInteger(serial) && track.kind === 'ok') kept.tracks.set(serial as number, track.value)
    else kept.refused += 1
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
