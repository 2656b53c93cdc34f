// The text format 0.0.4: what is read, and what spoils a page.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPage } from '../../src/scrape/read-page.ts'
import { readTargets, TARGETS_PATTERN } from '../../src/scrape/targets.ts'

describe('a page', () => {
  it('is families with type, help and samples; escapes, spaces and times are understood', () => {
    const page = readPage(
      [
        '# HELP a_total All\\nof \\\\ it.',
        '# TYPE a_total counter',
        'a_total{x="1\\"2\\\\3\\n4", y="z", empty=""} 5 1700000000000',
        '  a_total  6.5e3  ',
        '# a comment',
        '#TYPE b gauge',
        'b{} -Inf',
        'c NaN',
        '',
      ].join('\n'),
    )
    expect(page).toEqual({
      kind: 'page',
      samples: 4,
      families: [
        {
          name: 'a_total',
          type: 'counter',
          help: 'All\nof \\ it.',
          samples: [
            { name: 'a_total', labels: { x: '1"2\\3\n4', y: 'z' }, value: 5 },
            { name: 'a_total', labels: {}, value: 6_500 },
          ],
        },
        { name: 'b', type: 'gauge', help: '', samples: [{ name: 'b', labels: {}, value: -Infinity }] },
        { name: 'c', type: 'untyped', help: '', samples: [{ name: 'c', labels: {}, value: Number.NaN }] },
      ],
    })
  })

  it.each(['x', 'x y', 'x{a=1} 2', 'x{a="b" 2', 'x{a="b"', '1x 2', 'x{a="b"c="d"} 1', 'x 0x', '{a="b"} 1'])(
    'with the line %s is malformed',
    line => {
      expect(readPage(`ok 1\n${line}\n`)).toEqual({ kind: 'malformed', line: 2 })
    },
  )

  it('ends its lines at the line feed only: other breaks of Unicode are part of a value', () => {
    const value = 'a\u2028b\u2029c\rd\u0085e'
    expect(readPage(`# HELP m ${value}\nm{l="${value}"} 1`)).toMatchObject({
      families: [{ help: value, samples: [{ labels: { l: value } }] }],
    })
  })

  it('of any label values is read as it was written', () => {
    const written = (text: string) =>
      text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, unit: 'grapheme' }), { maxLength: 4 }), values => {
        const labels = values.map((value, i) => `l${i}="${written(value)}"`).join(',')
        const page = readPage(`m{${labels}} 1`)
        const expected = Object.fromEntries(values.map((value, i) => [`l${i}`, value]))
        expect(page).toMatchObject({ kind: 'page', families: [{ samples: [{ labels: expected }] }] })
      }),
    )
  })
})

describe('the setting of the targets', () => {
  it('is pairs of job and address', () => {
    expect(readTargets('a=http://h:1/metrics,b-c=https://h/x?y')).toEqual([
      { job: 'a', url: 'http://h:1/metrics' },
      { job: 'b-c', url: 'https://h/x?y' },
    ])
  })

  it.each(['', 'a', 'a=', 'a=ftp://h', 'A=http://h', 'a=http://h,', 'a=http://h b=http://h'])(
    'has no other form: "%s"',
    text => {
      expect(TARGETS_PATTERN.test(text)).toBe(false)
    },
  )
})
