// Cursors come back as they went, and in no other way.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { readCursor, writeCursor } from '../src/cursor.ts'
import { generateSigningKey, openKeyRing } from '../src/keys.ts'

const folder = await mkdtemp(join(tmpdir(), 'deye-cursor-'))
afterAll(() => rm(folder, { recursive: true }))
const path = join(folder, 'keys.json')
await writeFile(path, JSON.stringify({ keys: [await generateSigningKey()] }))
const keys = await openKeyRing(path)

const position = fc.record({ timeMs: fc.integer(), key: fc.string() })

test('a cursor brings its position back', () => {
  fc.assert(
    fc.property(fc.string(), position, (query, given) => {
      expect(readCursor(keys, query, writeCursor(keys, query, given))).toEqual(given)
    }),
  )
})

test('a cursor of another query, or with one bit changed, is refused', () => {
  fc.assert(
    fc.property(position, fc.nat(), (given, at) => {
      const cursor = writeCursor(keys, 'query', given)
      expect(readCursor(keys, 'another', cursor)).toBeNull()
      const bytes = Buffer.from(cursor, 'base64url')
      bytes[at % bytes.length]! ^= 1 << (at % 8)
      expect(readCursor(keys, 'query', bytes.toString('base64url'))).toBeNull()
    }),
  )
})

test('anything else is refused', () => {
  fc.assert(fc.property(fc.base64String(), text => readCursor(keys, 'query', text) === null))
})
