// How lists of SigNoz and of lens are held against each other where a limit cuts them.
import { expect, test } from 'vitest'
import { type Cell, listDifferences } from './cells.ts'

const LIMIT = 4
const FRAME = 'frame with a code that loggers do not send'
const list = (...records: (readonly [ms: number, body: string])[]): Cell[] =>
  records.map(([ms, body]) => [`A ${ms} ${body}`, ms])
const newest = [
  [30, 'stopped'],
  [20, FRAME],
] as const

test('of one moment each may cut off others', () => {
  const theirs = list(...newest, [10, FRAME], [10, 'closed'])
  expect(listDifferences(theirs, list(...newest, [10, FRAME], [10, FRAME]), LIMIT)).toEqual([])
  expect(listDifferences(list(...newest, [10, FRAME], [10, FRAME]), theirs, LIMIT)).toEqual([])
})

test('a record that is stored twice cuts the list sooner', () => {
  const theirs = list(...newest, [15, 'closed'], [10, FRAME])
  expect(listDifferences(theirs, list(...newest, newest[1], [15, 'closed']), LIMIT)).toEqual([])
})

test.each([
  ['before the cut', list(...newest, [15, 'closed'], [10, FRAME]), list(...newest, [10, FRAME], [9, FRAME])],
  ['in a list that is not cut', list(...newest, [15, 'closed']), list(...newest)],
])('a record that one has not is told %s', (_, theirs, ours) => {
  const [first] = listDifferences(theirs, ours, LIMIT)
  expect(first).toBe('only SigNoz has A 15 closed = 15')
  expect(listDifferences(ours, theirs, LIMIT)).toContain('only ours has A 15 closed = 15')
})
