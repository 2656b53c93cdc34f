// The order in which Alertmanager lists alerts.
import { expect, test } from 'vitest'
import { compareAlerts, type LabelSet, labelKey, withoutEmpty } from '../../src/alerts/label-set.ts'

test.each<[LabelSet, LabelSet, number]>([
  [{ a: '1' }, { a: '2' }, -1],
  [{ b: '1' }, { a: '2', b: '0' }, -1],
  [{ a: '1', c: '0' }, { b: '1', c: '0' }, 1],
  [{ job: 'x' }, { instance: 'a' }, -1],
  [{ instance: 'b', job: 'x' }, { instance: 'a', job: 'x' }, 1],
  [{ a: 'Z' }, { a: 'a' }, -1],
  [{ a: '1' }, { a: '1' }, 0],
])('%j beside %j: %d', (a, b, sign) => {
  expect(Math.sign(compareAlerts(a, b))).toBe(sign)
  expect(Math.sign(compareAlerts(b, a))).toBe(sign === 0 ? 0 : -sign)
})

test('equal sets have one key, and labels without value are none', () => {
  expect(labelKey({ b: '1', a: '2' })).toBe(labelKey({ a: '2', b: '1' }))
  expect(labelKey({ a: '1' })).not.toBe(labelKey({ a: '2' }))
  expect(withoutEmpty({ a: '', b: '1' })).toEqual({ b: '1' })
})
