// How fast frames are read and acked, as a ratio to a loop that only adds up the same bytes (same run, same machine).
import { decodeDeyeMicro, type Frame, FrameReader, writeAck } from '@deye-hard/solarman-v5'
import { buildDeyeMicroData, buildHeartbeat } from '@deye-hard/solarman-v5/testing'

const FRAMES = 200_000
/** What one TCP read delivers at most. */
const CHUNK_BYTES = 65_536
const ROUNDS = 5

const data = buildDeyeMicroData({
  loggerSerial: 2_948_306_684,
  workTimeS: 6_755_845,
  powerOnS: 873,
  offsetS: 1_705_840_598,
  recordCounter: 1_422,
  inverterSerial: '2300615269',
})

const results = [
  measure('heartbeat, 14 bytes', buildHeartbeat({ loggerSerial: 2_948_306_684 })),
  measure('Deye data, 343 bytes', data),
]
console.table(Object.fromEntries(results))

function measure(name: string, frame: Buffer) {
  const stream = Buffer.alloc(frame.length * FRAMES, frame)
  const chunks: Buffer[] = []
  for (let offset = 0; offset < stream.length; offset += CHUNK_BYTES) {
    chunks.push(stream.subarray(offset, offset + CHUNK_BYTES))
  }
  const sum = fastest(() => sumEach(chunks))
  const read = fastest(() => readEach(chunks, () => {}))
  const acked = fastest(() =>
    readEach(chunks, frame => writeAck(frame, { unixTimeS: 1, heartbeatIntervalS: 120 })),
  )
  const decoded =
    frame === data ? fastest(() => readEach(chunks, ({ payload }) => decodeDeyeMicro(payload))) : null
  const figures = {
    'sum only, frames/s': perSecond(sum),
    'read, frames/s': perSecond(read),
    'read and ack, frames/s': perSecond(acked),
    'read and decode, frames/s': decoded === null ? null : perSecond(decoded),
    'ratio read : sum': Number((sum / read).toFixed(2)),
  }
  return [name, figures] as const
}

function readEach(chunks: readonly Buffer[], use: (frame: Frame) => unknown): number {
  const reader = new FrameReader()
  for (const chunk of chunks) {
    reader.push(chunk)
    for (let result = reader.next(); result.kind !== 'incomplete'; result = reader.next()) {
      if (result.kind === 'frame') use(result.frame)
    }
  }
  if (reader.framesRead !== FRAMES) throw new Error(`read ${reader.framesRead} of ${FRAMES} frames`)
  return reader.framesRead
}

/** The least that a reader must do with each byte. */
function sumEach(chunks: readonly Buffer[]): number {
  let checksum = 0
  for (const chunk of chunks) {
    let sum = 0
    for (let index = 0; index < chunk.length; index += 1) sum += chunk[index]!
    checksum = (checksum + sum) & 0xff
  }
  return checksum
}

function fastest(run: () => unknown): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = process.hrtime.bigint()
    run()
    best = Math.min(best, Number(process.hrtime.bigint() - start) / 1e9)
  }
  return best
}

function perSecond(seconds: number): number {
  return Math.round(FRAMES / seconds)
}
