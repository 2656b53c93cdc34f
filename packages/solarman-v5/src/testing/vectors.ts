// The captured frames of `vectors/solarman-v5.json`, for tests and for the simulator's replay.
import { readFileSync } from 'node:fs'

export interface Vector {
  name: string
  direction: 'logger>server' | 'server>logger'
  bytes: Buffer
  /** The same bytes as they stand in the file. */
  hex: string
  /** Field names and values that a correct reading of the bytes gives; `valid: false` means no frame may come out. */
  expect: Record<string, unknown> & { valid: boolean }
  note: string
}

export function loadVectors(): Vector[] {
  const url = new URL('../../vectors/solarman-v5.json', import.meta.url)
  const entries = JSON.parse(readFileSync(url, 'utf8')) as Omit<Vector, 'bytes'>[]
  return entries.map(({ hex, name, direction, expect, note }) => {
    return { name, direction, expect, note: note ?? '', hex, bytes: Buffer.from(hex, 'hex') }
  })
}

/** One vector by its name; a wrong name is a mistake in the test. */
export function vector(name: string): Vector {
  const found = loadVectors().find(candidate => candidate.name === name)
  if (!found) throw new RangeError(`no vector is named ${name}`)
  return found
}
