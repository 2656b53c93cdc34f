// The tree of a filter, and that it reads what the check of files reads.

import { describe, expect, it } from 'vitest'
import { readFilter } from '../../src/index.ts'
import { type FilterTree, readFilterTree } from '../../src/query/filter-tree.ts'

/** Expressions with the conditions that stand in them, joined as they are read. */
const READ: readonly (readonly [expression: string, shown: string])[] = [
  ["state = 'free'", 'state = free'],
  ["a = 'x' AND b = 'y' OR c = 'z'", '((a = x and b = y) or c = z)'],
  ["a = 'x' OR b = 'y' AND c = 'z'", '(a = x or (b = y and c = z))'],
  ["(a = 'x' OR b = 'y') AND c = 'z'", '((a = x or b = y) and c = z)'],
  ["a = 'x' b = 'y'", '(a = x and b = y)'],
  ["NOT a = 'x' AND b = 'y'", '(not(a = x) and b = y)'],
  ["NOT (a = 'x' OR b = 'y')", 'not((a = x or b = y))'],
  ["a != 'x'", 'a not = x'],
  ["a <> 'x'", 'a not = x'],
  ['a >= -1.5', 'a >= -1.5'],
  ["a NOT IN ('x', 'y')", 'a not IN x,y'],
  ["a in ['x', 'y']", 'a IN x,y'],
  ['site.id IN $site', 'site.id IN $site'],
  ["a NOT LIKE '5%'", 'a not LIKE 5%'],
  ["a ilike '%x'", 'a ILIKE %x'],
  ["a contains 'x'", 'a CONTAINS x'],
  ["a REGEXP '^5'", 'a REGEXP ^5'],
  ['a BETWEEN 1 AND 2 AND b EXISTS', '(a BETWEEN 1,2 and b EXISTS )'],
  ['a NOT EXISTS', 'a not EXISTS '],
  ["'gone away'", 'search gone away'],
  ["severity_text = 'ERROR' AND 'gone'", '(severity_text = ERROR and search gone)'],
  ["hasToken(body, 'gone')", 'hasToken(body, gone)'],
  ["a = 'it\\'s'", "a = it's"],
  ['a = true', 'a = true'],
]

const MALFORMED = [
  "a = 'x' AND",
  "(a = 'x'",
  "a = 'x')",
  'a',
  'a =',
  "a 'x'",
  'a IN (1, 2',
  "a = 'x' OR OR b = 'y'",
  "a ? 'x'",
  'a BETWEEN 1 OR 2',
  'AND',
]

describe('a filter', () => {
  it.each(READ)('%s is read', (expression, shown) => {
    const read = readFilterTree(expression)
    expect(read.outcome === 'read' ? show(read.tree) : read.message).toBe(shown)
  })

  it.each(READ)('%s has the keys that the check of files sees', expression => {
    const [tree, flat] = [readFilterTree(expression), readFilter(expression)]
    if (tree.outcome !== 'read' || flat.outcome !== 'read') throw new Error('expected both to be read')
    expect(keysOf(tree.tree)).toEqual(flat.comparisons.map(({ key }) => key))
  })

  it.each(MALFORMED)('%s is refused', expression => {
    expect(readFilterTree(expression).outcome).toBe('malformed')
  })
})

function show(tree: FilterTree): string {
  switch (tree.kind) {
    case 'and':
    case 'or':
      return `(${tree.parts.map(show).join(` ${tree.kind} `)})`
    case 'not':
      return `not(${show(tree.part)})`
    case 'search':
      return `search ${tree.text}`
    case 'call':
      return `${tree.name}(${[tree.key, ...tree.values.map(({ text }) => text)].join(', ')})`
    case 'comparison':
      return `${tree.key} ${tree.isNegated ? 'not ' : ''}${tree.operator} ${tree.values.map(({ text }) => text).join(',')}`
  }
}

function keysOf(tree: FilterTree): string[] {
  switch (tree.kind) {
    case 'and':
    case 'or':
      return tree.parts.flatMap(keysOf)
    case 'not':
      return keysOf(tree.part)
    case 'search':
      return ['body']
    default:
      return [tree.key]
  }
}
