// Durations and sizes: known forms, refused forms, and the round trip for any value.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatBytes, formatDuration, parseBytes, parseDuration } from './index.ts'

describe('durations', () => {
  it.each([
    ['250ms', 250],
    ['10s', 10_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['1.5h', 5_400_000],
    ['14d', 1_209_600_000],
    ['1.001s', 1_001],
    ['0s', 0],
  ])('%s is %d ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds)
  })

  it.each(['', '10', 's', '-1s', '10 s', '1w', '0.5ms', '1e3s', '99999999999999d', '10S'])(
    'refuses "%s"',
    text => {
      expect(parseDuration(text)).toBeNull()
    },
  )

  it('come back as they went', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 12 }), milliseconds => {
        expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds)
      }),
    )
    expect(formatDuration(90_000)).toBe('90s')
    expect(formatDuration(0)).toBe('0ms')
  })
})

describe('sizes', () => {
  it.each([
    ['512', 512],
    ['512B', 512],
    ['64KiB', 65_536],
    ['0.5MiB', 524_288],
    ['2GiB', 2_147_483_648],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes)
  })

  it.each(['', '4kB', '4MB', '-1', '0.3B', '1 KiB', 'KiB', '9999999TiB'])('refuses "%s"', text => {
    expect(parseBytes(text)).toBeNull()
  })

  it('come back as they went', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), bytes => {
        expect(parseBytes(formatBytes(bytes))).toBe(bytes)
      }),
    )
    expect(formatBytes(65_536)).toBe('64KiB')
  })
})
