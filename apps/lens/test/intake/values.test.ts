// Values as SigNoz's collector writes them.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundText, toBigInt } from '../../src/intake/values.ts'
import { REQUESTS } from '../../src/intake/wire.ts'

describe('bounds of buckets', () => {
  it.each([
    [0.005, '0.005'],
    [1, '1'],
    [5e-7, '0.0000005'],
    [1.5e-9, '0.0000000015'],
    [1e21, '1000000000000000000000'],
    [1.25e22, '12500000000000000000000'],
    [-2.5e-8, '-0.000000025'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
  ])('%d is %s', (bound, text) => {
    expect(boundText(bound)).toBe(text)
  })

  it('are numbers without an exponent, always the same ones', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), bound => {
        expect(boundText(bound)).toMatch(/^-?\d+(\.\d+)?$/)
        expect(Number(boundText(bound)) === bound).toBe(true)
      }),
    )
  })
})

it('64-bit integers survive the way over the wire', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), time => {
      const message = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: String(time) }] }] }] }
      const [decoded] = REQUESTS.logs.decode(REQUESTS.logs.encode(message)).resourceLogs
      expect(toBigInt(decoded?.scopeLogs[0]?.logRecords[0]?.timeUnixNano)).toBe(time)
    }),
  )
})
