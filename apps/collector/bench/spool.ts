// Durable appends per second of 343-byte frames: lmdb (one entry per frame, one entry per group) against a plain segment log.
import { closeSync, fdatasync, mkdtempSync, openSync, rmSync, write } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { open } from 'lmdb'
import { openSpool } from '../src/spool/spool.ts'

const FRAME_BYTES = 343
const IN_FLIGHT = [1_600, 100]
const SECONDS = Number(process.env.BENCH_SECONDS ?? 1)
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9)
const SEGMENT_HEADER_BYTES = 8

/** Makes a group of frames durable, then calls back. */
interface Contestant {
  commit(frames: Buffer[], done: () => void): void
  close(): Promise<void>
}

const CONTESTANTS: Record<string, (folder: string) => Contestant | Promise<Contestant>> = {
  lmdb_entry_per_frame: folder => lmdb(folder, putEach),
  lmdb_entry_per_group: folder => lmdb(folder, putGroup),
  segment_log: segmentLog,
  spool: wholeSpool,
}

// Rounds are short and interleaved, and compared within themselves: the load of the machine changes between them.
for (const inFlight of IN_FLIGHT) {
  const rounds: Record<string, number>[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const rates: Record<string, number> = {}
    for (const [name, create] of Object.entries(CONTESTANTS)) rates[name] = await measure(create, inFlight)
    rounds.push(rates)
  }
  for (const name of Object.keys(CONTESTANTS)) {
    const rate = median(rounds.map(rates => rates[name]!))
    const ratios = rounds.map(rates => rates.segment_log! / rates[name]!).sort((a, b) => a - b)
    console.log(
      `${name.padEnd(22)} in flight ${String(inFlight).padStart(5)}: ${Math.round(rate).toString().padStart(7)}/s` +
        `  segment log / this: median ${median(ratios).toFixed(2)}, ${ratios[0]!.toFixed(2)} to ${ratios.at(-1)!.toFixed(2)}`,
    )
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!
}

async function measure(create: (typeof CONTESTANTS)[string], inFlight: number): Promise<number> {
  const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'spool-bench-'))
  const contestant = await create(folder)
  const frame = Buffer.alloc(FRAME_BYTES, 0xa5)
  let waiting: Buffer[] = Array.from({ length: inFlight }, () => frame)
  let durable = 0
  const endsAt = performance.now() + SECONDS * 1_000
  const startedAt = performance.now()
  await new Promise<void>(resolve => {
    const next = () => {
      if (performance.now() >= endsAt) return resolve()
      const group = waiting
      waiting = []
      contestant.commit(group, () => {
        durable += group.length
        for (const acked of group) waiting.push(acked)
        setImmediate(next)
      })
    }
    next()
  })
  const rate = durable / ((performance.now() - startedAt) / 1_000)
  await contestant.close()
  rmSync(folder, { recursive: true })
  return rate
}

type Put = (put: (key: number, value: Buffer) => void, seq: number, frames: Buffer[]) => void

function lmdb(folder: string, putAll: Put): Contestant {
  const root = open({
    path: folder,
    mapSize: 4 * 2 ** 30,
    overlappingSync: false,
    eventTurnBatching: false,
    maxDbs: 4,
  })
  const entries = root.openDB<Buffer, number>({ name: 'entries', encoding: 'binary', keyEncoding: 'uint32' })
  const meta = root.openDB<Buffer, string>({ name: 'meta', encoding: 'binary' })
  const counters = Buffer.alloc(48)
  let seq = 0
  return {
    commit(frames, done) {
      root
        .batch(() => {
          putAll((key, value) => void entries.put(key, value), seq, frames)
          seq += frames.length
          counters.writeDoubleLE(seq)
          meta.put('counters', Buffer.from(counters))
        })
        .then(done)
    },
    close: () => root.close(),
  }
}

function putEach(put: (key: number, value: Buffer) => void, seq: number, frames: Buffer[]): void {
  for (const frame of frames) put(seq++, Buffer.from(frame))
}

function putGroup(put: (key: number, value: Buffer) => void, seq: number, frames: Buffer[]): void {
  put(seq, Buffer.concat(frames))
}

function segmentLog(folder: string): Contestant {
  const file = openSync(join(folder, '0.log'), 'a')
  return {
    commit(frames, done) {
      const group = Buffer.allocUnsafe(frames.length * (FRAME_BYTES + SEGMENT_HEADER_BYTES))
      let at = 0
      for (const frame of frames) {
        at = group.writeUInt32LE(frame.length, at)
        at = group.writeUInt32LE(crc32(frame), at)
        at += frame.copy(group, at)
      }
      write(file, group, error => {
        if (error) throw error
        fdatasync(file, error => {
          if (error) throw error
          done()
        })
      })
    },
    close: async () => closeSync(file),
  }
}

/** What was built on the winner: one entry per group of up to 100 frames, checksums, counters. */
async function wholeSpool(folder: string): Promise<Contestant> {
  const spool = await openSpool({ folder, maxBytes: 8 * 2 ** 30 })
  return {
    commit(frames, done) {
      let open = frames.length
      for (const bytes of frames)
        spool.append({ bytes, receivedAtMs: 0, messageClass: 'message', loggerSerial: 1 }, outcome => {
          if (outcome !== 'durable') throw new Error(outcome)
          if (--open === 0) done()
        })
    },
    close: () => spool.close(),
  }
}
