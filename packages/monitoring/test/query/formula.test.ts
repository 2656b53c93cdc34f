// Formulas: arithmetic, which series meet, what a missing point counts for, and what is no point.
import { describe, expect, it } from 'vitest'
import type { Series } from '../../src/query/contract.ts'
import { evaluateFormula, type Inputs } from '../../src/query/formula.ts'
import { evaluate, readExpression } from '../../src/query/formula-expression.ts'

const AB = new Map([
  ['A', 12],
  ['B', 5],
])

describe('an expression', () => {
  it.each([
    ['A - B - 1', 6],
    ['A / B / 2', 1.2],
    ['A + B * 2', 22],
    ['(A + B) * 2', 34],
    ['2 ** 3 ** 2', 512],
    ['-A + 1', -11],
    ['A - -B', 17],
    ['A % B', 2],
    ['abs(B - A) * sqrt(4)', 14],
    ['exp10(2) + log10(100)', 102],
  ])('%s is %d', (text, result) => {
    const read = readExpression(text)
    expect(typeof read === 'string' ? read : evaluate(read, AB)).toBeCloseTo(result, 10)
  })

  it.each(['A +', '(A', 'A)', 'A B', 'A > B', 'A ? 1 : 2', 'nope(A)', '1e3', 'A.b.c', '', "'A'"])(
    '%s is refused',
    text => {
      expect(readExpression(text)).toBeTypeOf('string')
    },
  )
})

describe('series', () => {
  it('meet when the labels of one are among those of the other', () => {
    const inputs = of({
      A: [series({ site: '1', logger: 'a' }, [0, 6]), series({ site: '2', logger: 'b' }, [0, 8])],
      B: [series({ site: '1' }, [0, 3])],
    })
    expect(formula('A / B', inputs)).toEqual([series({ site: '1', logger: 'a' }, [0, 2])])
  })

  it('meet a series without labels', () => {
    const inputs = of({
      A: [series({ site: '1' }, [0, 6]), series({ site: '2' }, [0, 9])],
      B: [series({}, [0, 3])],
    })
    expect(formula('A / B', inputs)).toEqual([series({ site: '1' }, [0, 2]), series({ site: '2' }, [0, 3])])
  })
})

describe('a missing point', () => {
  const inputs = of({ A: [series({}, [0, 4], [60, 6])], B: [series({}, [60, 2], [120, 3])] })

  it('leaves a gap', () => {
    expect(formula('A + B', inputs)).toEqual([series({}, [60, 8])])
  })

  it('counts as 0 where nothing is 0', () => {
    expect(formula('A + B', inputs, ['A', 'B'])).toEqual([series({}, [0, 4], [60, 8], [120, 3])])
  })

  it('leaves a gap where SigNoz finds the input less often than it is written', () => {
    expect(formula('B / (A + B)', inputs, ['A', 'B'])).toEqual([series({}, [60, 0.25], [120, 1])])
    expect(formula('A / B', of({ A: [], B: [series({}, [0, 1])] }), ['A'])).toEqual([series({}, [0, 0])])
  })
})

it('a division by 0 is no point', () => {
  const inputs = of({
    A: [series({}, [0, 1], [60, 0], [120, 4])],
    B: [series({}, [0, 0], [60, 0], [120, 2])],
  })
  expect(formula('A / B', inputs)).toEqual([series({}, [120, 2])])
})

function series(labels: Record<string, string>, ...values: [number, number][]): Series {
  return { labels, values }
}

function of(inputs: Record<string, readonly Series[]>): Inputs {
  return new Map(Object.entries(inputs))
}

function formula(text: string, inputs: Inputs, zeros: readonly string[] = []): Series[] {
  const expression = readExpression(text)
  if (typeof expression === 'string') throw new Error(expression)
  return evaluateFormula(expression, inputs, new Set(zeros))
}
