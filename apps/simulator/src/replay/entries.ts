// The frames of a file, either the vectors' JSON or lines of hexadecimal digits, with the answers that are due.
import { readFileSync } from 'node:fs'
import { ackCode, type Frame, FrameReader } from '@deye-hard/solarman-v5'
import { CommandError, systemProblem } from '../errors.ts'

const FROM_LOGGER = 'logger>server'

export interface ReplayEntry {
  name: string
  bytes: Buffer
  /** All good frames in `bytes`. */
  frames: Frame[]
  /** Those of them that a server must answer, in order; none for an entry that is marked invalid. */
  answered: Frame[]
}

interface VectorJson {
  name?: string
  direction?: string
  hex?: string
  expect?: { valid?: boolean }
}

/** Throws CommandError `bad_replay_file` that names the file and the entry or line. */
export function readReplayFile(file: string): ReplayEntry[] {
  const text = readText(file)
  const entries = /^\s*[[{]/.test(text) ? fromJson(file, text) : fromHexLines(file, text)
  if (entries.length === 0) {
    throw problem(file, `it holds no frame from a logger`)
  }
  return entries
}

function fromJson(file: string, text: string): ReplayEntry[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw problem(file, `it is no valid JSON: ${systemProblem(cause)}`, cause)
  }
  const list = Array.isArray(parsed) ? parsed : (parsed as { vectors?: unknown } | null)?.vectors
  if (!Array.isArray(list)) {
    throw problem(file, 'expected a list of vectors, each with "name", "direction" and "hex"')
  }
  return (list as VectorJson[])
    .filter(vector => (vector.direction ?? FROM_LOGGER) === FROM_LOGGER)
    .map((vector, index) => {
      const name = vector.name ?? `entry ${index + 1}`
      return entryOf(name, bytesOf(file, name, vector.hex ?? ''), vector.expect?.valid !== false)
    })
}

function fromHexLines(file: string, text: string): ReplayEntry[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const digits = line.replace(/#.*$/, '').replaceAll(/\s/g, '')
    const name = `line ${index + 1}`
    return digits === '' ? [] : [entryOf(name, bytesOf(file, name, digits), true)]
  })
}

function bytesOf(file: string, name: string, digits: string): Buffer {
  if (!/^(?:[0-9a-f]{2})+$/i.test(digits)) {
    throw problem(file, `${name} is not an even number of hexadecimal digits`)
  }
  return Buffer.from(digits, 'hex')
}

function entryOf(name: string, bytes: Buffer, valid: boolean): ReplayEntry {
  const frames = valid ? framesIn(bytes) : []
  return { name, bytes, frames, answered: frames.filter(frame => ackCode(frame.code) !== null) }
}

function framesIn(bytes: Buffer): Frame[] {
  const reader = new FrameReader()
  reader.push(bytes)
  const frames: Frame[] = []
  for (let read = reader.next(); read.kind !== 'incomplete'; read = reader.next()) {
    if (read.kind === 'frame') {
      frames.push(read.frame)
    }
  }
  return frames
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw problem(file, systemProblem(cause), cause)
  }
}

function problem(file: string, what: string, cause?: unknown): CommandError {
  return new CommandError('bad_replay_file', `The replay file ${file} cannot be used: ${what}.`, { cause })
}
