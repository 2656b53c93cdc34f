// The dedupe key: what it depends on, what it does not, and a pinned value so that it never changes by accident.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { dedupeKey } from './index.ts'

const parts = fc.record({
  sensorListId: fc.integer({ min: 0, max: 0xffff }),
  recordCounter: fc.integer({ min: 0, max: 0xffffffff }),
  body: fc.uint8Array({ maxLength: 600 }),
})

it('is SHA-256 over sensor list id, counter and body, cut to 32 digits', () => {
  const key = dedupeKey({ sensorListId: 0x5408, recordCounter: 1422, body: Buffer.from('2300615269') })
  const bytes = Buffer.concat([
    Buffer.from('0854', 'hex'),
    Buffer.from('8e050000', 'hex'),
    Buffer.from('2300615269'),
  ])
  expect(key).toBe(createHash('sha256').update(bytes).digest('hex').slice(0, 32))
  expect(key).toBe('1d3bb369209607a1801fac79f03333e3')
})

it('is the same for the same record, whatever view the bytes come in', () => {
  fc.assert(
    fc.property(parts, fc.nat({ max: 20 }), (record, offset) => {
      const padded = new Uint8Array(record.body.length + offset)
      padded.set(record.body, offset)
      expect(dedupeKey({ ...record, body: padded.subarray(offset) })).toBe(dedupeKey(record))
      expect(dedupeKey(record)).toMatch(/^[0-9a-f]{32}$/)
    }),
  )
})

it('has no place for the working time, and differs with every other part', () => {
  fc.assert(
    fc.property(parts, fc.nat(), (record, workTimeS) => {
      const key = dedupeKey(record)
      expect(dedupeKey({ ...record, workTimeS } as typeof record)).toBe(key)
      expect(dedupeKey({ ...record, sensorListId: record.sensorListId ^ 1 })).not.toBe(key)
      expect(dedupeKey({ ...record, recordCounter: (record.recordCounter ^ 1) >>> 0 })).not.toBe(key)
      expect(dedupeKey({ ...record, body: Uint8Array.of(...record.body, 0) })).not.toBe(key)
    }),
  )
})
