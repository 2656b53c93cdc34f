// Filter expressions of SigNoz: keys, operators and values are found, and what is no expression is told.
import { describe, expect, it } from 'vitest'
import { bareKey, readFilter } from './filter.ts'

describe('reads', () => {
  const c = (key: string, operator: string, ...values: string[]) => ({ key, operator, values })
  it.each([
    ["a = 'x'", [c('a', '=', 'x')]],
    ['service.name IN $site', [c('service.name', 'IN', '$site')]],
    [
      'resource.a != 1 AND (b NOT IN (\'x\', "y") OR NOT c EXISTS)',
      [c('resource.a', '!=', '1'), c('b', 'NOT IN', 'x', 'y'), c('c', 'EXISTS')],
    ],
    ["a not like '%x%' or b ilike 'y'", [c('a', 'NOT LIKE', '%x%'), c('b', 'ILIKE', 'y')]],
    ['a BETWEEN 1 AND 2 AND b>=3', [c('a', 'BETWEEN', '1', '2'), c('b', '>=', '3')]],
    ["has(body.tags, 'x') AND hasToken(body, 'y')", [c('body.tags', 'has', 'x'), c('body', 'hasToken', 'y')]],
    ["'free text' AND a = 1", [c('body', 'CONTAINS', 'free text'), c('a', '=', '1')]],
    ["a = 'it\\'s'", [c('a', '=', "it's")]],
    ['duration_nano > 1000000000', [c('duration_nano', '>', '1000000000')]],
    ['a = -1.5', [c('a', '=', '-1.5')]],
    ['', []],
  ])('%s', (expression, comparisons) => {
    expect(readFilter(expression)).toEqual({ outcome: 'read', comparisons })
  })
})

it.each([
  'a',
  'a =',
  'a = AND',
  'a IN 1',
  "a IN ('x'",
  "(a = 'x'",
  "a = 'x' )",
  'a # 1',
  "a = 'x",
  'a b c',
  'has(',
  'has()',
])('tells that %s is no expression', expression => {
  expect(readFilter(expression).outcome).toBe('malformed')
})

it('takes the context off a key', () => {
  expect(
    ['resource.service.name', 'attribute.http.route', 'span.name', 'log.body', 'a.b'].map(bareKey),
  ).toEqual(['service.name', 'http.route', 'name', 'body', 'a.b'])
})
