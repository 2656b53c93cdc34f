// The form of frames on disk: what goes in comes out, and what rots is counted instead of thrown.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  GROUP_MAX_FRAMES,
  GroupBuilder,
  groupKey,
  lowestKey,
  readGroup,
  readKey,
} from '../../src/spool/group-format.ts'

const entries = fc.array(
  fc.record({
    bytes: fc.uint8Array({ maxLength: 600 }),
    receivedAtMs: fc.integer({ min: 0, max: 4e12 }),
    loggerSerial: fc.integer({ min: 0, max: 0xffffffff }),
    unknownLogger: fc.boolean(),
  }),
  { minLength: 1, maxLength: GROUP_MAX_FRAMES },
)

function build(records: { bytes: Uint8Array; receivedAtMs: number; loggerSerial: number }[]): Buffer {
  const builder = new GroupBuilder('message')
  for (const record of records) builder.add({ ...record, messageClass: 'message' })
  return builder.value()
}

test('a group gives back its frames with their sequence numbers', () => {
  fc.assert(
    fc.property(entries, fc.integer({ min: 1, max: 2 ** 44 }), (records, firstSeq) => {
      const group = readGroup(groupKey(firstSeq, 'message', records.length), build(records))
      expect(group.damagedCount).toBe(0)
      expect(group.entries.map(({ bytes, ...entry }) => ({ ...entry, bytes: [...bytes] }))).toEqual(
        records.map((record, index) => ({
          ...record,
          bytes: [...record.bytes],
          seq: firstSeq + index,
          messageClass: 'message',
          bare: false,
        })),
      )
    }),
  )
})

test('keys sort by sequence number and carry class and count', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 ** 44 }),
      fc.constantFrom('message' as const, 'event' as const),
      fc.integer({ min: 1, max: GROUP_MAX_FRAMES }),
      (firstSeq, messageClass, count) => {
        const key = groupKey(firstSeq, messageClass, count)
        expect(readKey(key)).toEqual({ firstSeq, messageClass, count })
        expect(key).toBeGreaterThanOrEqual(lowestKey(firstSeq))
        expect(key).toBeLessThan(lowestKey(firstSeq + 1))
      },
    ),
  )
})

test('a flipped bit or a cut end is counted, whatever it hits', () => {
  fc.assert(
    fc.property(entries, fc.nat(), fc.nat({ max: 7 }), fc.boolean(), (records, at, bit, cut) => {
      const value = Buffer.from(build(records))
      const index = at % value.length
      if (!cut) value[index]! ^= 1 << bit
      const group = readGroup(groupKey(1, 'message', records.length), cut ? value.subarray(0, index) : value)
      expect(group.damagedCount).toBeGreaterThan(0)
      expect(group.entries.length + group.damagedCount).toBe(records.length)
      for (const entry of group.entries) {
        const written = records[entry.seq - 1]!
        expect([...entry.bytes]).toEqual([...written.bytes])
        expect(entry.receivedAtMs).toBe(written.receivedAtMs)
      }
    }),
  )
})
