// What counts as a difference between a file and what SigNoz stored of it.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { differences } from '../../src/provision/differences.ts'

/** As v0.138.0 answers to a POST of a panel that says only its unit. */
const STORED_PANEL = {
  display: { name: 'Frames', description: '' },
  links: null,
  plugin: {
    kind: 'signoz/TimeSeriesPanel',
    spec: {
      visualization: { timePreference: 'global_time', fillSpans: false },
      formatting: { unit: 'short', decimalPrecision: '2' },
      chartAppearance: {
        lineInterpolation: 'spline',
        showPoints: false,
        lineStyle: 'solid',
        fillMode: 'none',
        spanGaps: { fillOnlyBelow: false, fillLessThan: '' },
      },
      axes: { softMin: null, softMax: null, isLogScale: false },
      legend: { position: 'bottom', mode: 'list', customColors: null },
      thresholds: null,
    },
  },
}
const OUR_PANEL = {
  display: { name: 'Frames' },
  plugin: { kind: 'signoz/TimeSeriesPanel', spec: { formatting: { unit: 'short' } } },
}

describe('no difference', () => {
  test('are defaults that the server writes', () => {
    expect(differences(OUR_PANEL, STORED_PANEL)).toEqual([])
  })

  test('are defaults that we write and the server leaves out', () => {
    expect(differences({ a: 1, links: [], text: '', off: false, nothing: null }, { a: 1 })).toEqual([])
  })

  test('is the case of a function of a query, which the server lowers', () => {
    const query = (name: string) => ({ spec: { functions: [{ name, args: [{ value: 86_400 }] }] } })
    expect(differences(query('timeShift'), query('timeshift'))).toEqual([])
    expect(differences(query('timeShift'), query('absolute'))).toHaveLength(1)
  })

  test('is a document against itself', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(differences(value, structuredClone(value))).toEqual([])
      }),
    )
  })
})

describe('a difference', () => {
  test('names its place and both values', () => {
    const stored = structuredClone(STORED_PANEL)
    stored.plugin.spec.formatting.unit = 'bytes'
    expect(differences(OUR_PANEL, stored)).toEqual([
      { path: 'plugin.spec.formatting.unit', stored: 'bytes', wanted: 'short' },
    ])
  })

  test('is what somebody added by hand', () => {
    const stored = structuredClone(STORED_PANEL)
    stored.plugin.spec.chartAppearance.fillMode = 'solid'
    stored.display.description = 'mine'
    expect(differences(OUR_PANEL, stored).map(({ path }) => path)).toEqual([
      'display.description',
      'plugin.spec.chartAppearance',
    ])
  })

  test('is what the server forgot', () => {
    expect(differences({ condition: { absentFor: 5 } }, { condition: {} })).toEqual([
      { path: 'condition.absentFor', stored: undefined, wanted: 5 },
    ])
  })

  test('is an element more or less, and another order', () => {
    expect(differences([1], [1, 2])).toEqual([{ path: '[1]', stored: 2, wanted: undefined }])
    expect(differences({ q: ['a', 'b'] }, { q: ['b', 'a'] }).map(({ path }) => path)).toEqual([
      'q[0]',
      'q[1]',
    ])
  })

  test.each([
    [0, null],
    [null, 0],
    [true, false],
    ['1', 1],
    [{}, [1]],
    ['text', undefined],
  ])('is %j beside %j', (wanted, stored) => {
    expect(differences({ key: wanted }, { key: stored })).toEqual([{ path: 'key', stored, wanted }])
  })

  test('is every changed leaf', () => {
    const leaf = fc.oneof(fc.integer({ min: 1 }), fc.string({ minLength: 1 }))
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), leaf, { minKeys: 1 }), document => {
        const [key] = Object.keys(document)
        const stored = { ...document, [key!]: 'changed by hand' }
        expect(differences({ spec: document }, { spec: stored })).toEqual(
          document[key!] === 'changed by hand'
            ? []
            : [{ path: `spec.${key}`, stored: 'changed by hand', wanted: document[key!] }],
        )
      }),
    )
  })
})
