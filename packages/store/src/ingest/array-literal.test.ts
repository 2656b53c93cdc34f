// Array literals: as PostgreSQL reads them, and never anything that would need quotes.
import { expect, it } from 'vitest'
import { arrayLiteral } from './array-literal.ts'

it('writes numbers, flags, plain texts and NULL', () => {
  expect(arrayLiteral([1, -2.5, 1e-7], value => value)).toBe('{1,-2.5,1e-7}')
  expect(arrayLiteral([true, null, undefined], value => value)).toBe('{true,NULL,NULL}')
  expect(arrayLiteral(['2026-06-15T12:00:00.000Z', 'pv1_power_w.pv2_power_w'], value => value)).toBe(
    '{2026-06-15T12:00:00.000Z,pv1_power_w.pv2_power_w}',
  )
  expect(arrayLiteral([], () => 1)).toBe('{}')
  expect(arrayLiteral([1, 2], () => null)).toBe('{}')
})

it.each(['a b', '"', '\\', '{', '}', 'ä', '\0', "'"])('refuses %j', text => {
  expect(() => arrayLiteral([text], value => value)).toThrow(TypeError)
})
