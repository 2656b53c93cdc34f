// Numbers with their unit, as SigNoz writes them.
import { expect, it } from 'vitest'
import { convertUnit, formatNumber, formatValue } from '../../src/pages/drawing/unit-format.ts'

it.each([
  [0, 's', undefined, '0 s'],
  [0.0042, 's', undefined, '4.2 ms'],
  [0.00000042, 's', undefined, '420 ns'],
  [59, 's', undefined, '59 s'],
  [90, 's', '1', '1.5 min'],
  [86_400, 's', undefined, '1 d'],
  [604_800, 's', undefined, '1 wk'],
  [1_500, 'ms', undefined, '1.5 s'],
  [2_500_000, 'ns', undefined, '2.5 ms'],
  [0, 'ns', undefined, '0 ns'],
  [12.345, 'percent', undefined, '12.35%'],
  [0.9876, 'percentunit', '1', '98.8%'],
  [0, 'bytes', undefined, '0 B'],
  [1_024, 'bytes', undefined, '1 KiB'],
  [1_610_612_736, 'bytes', '1', '1.5 GiB'],
  [1_500_000, 'short', undefined, '1.5 Mil'],
  [1_234, 'short', '0', '1 K'],
  [999, 'short', '0', '999'],
  [2.5, 'reqps', undefined, '2.5 req/s'],
  [1_500, 'ops', undefined, '1.5 K ops/s'],
  [3, 'cpm', undefined, '3 c/m'],
  [7, '{frame}/s', undefined, '7/s'],
  [-0.5, 's', undefined, '-500 ms'],
  [3, '', undefined, '3'],
  [Number.NaN, 's', undefined, '—'],
  [Number.POSITIVE_INFINITY, 's', undefined, '—'],
])('%s of %j with %s decimals is %j', (value, unit, decimals, text) => {
  expect(formatValue(value, unit, decimals)).toBe(text)
})

it('keeps the digits of a number that is too small for its decimals', () => {
  expect(formatNumber(0.00123, '2')).toBe('0.0012')
  expect(formatNumber(0.1 + 0.2, 'full')).toBe('0.3')
})

it('converts within a family and leaves the rest alone', () => {
  expect(convertUnit(500, 'ms', 's')).toBe(0.5)
  expect(convertUnit(0.8, 'percentunit', 'percent')).toBeCloseTo(80)
  expect(convertUnit(2, 'mbytes', 'bytes')).toBe(2_097_152)
  expect(convertUnit(5, 'bytes', 's')).toBe(5)
  expect(convertUnit(5, 'short', 'reqps')).toBe(5)
})
