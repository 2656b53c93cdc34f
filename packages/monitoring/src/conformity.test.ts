// The sentences about a shape are told exactly when typebox says that the value has not that shape.
import fc from 'fast-check'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { soundDashboard } from '../test/sound-dashboard.ts'
import { RULE_ID, soundRule, soundThreshold } from '../test/sound-files.ts'
import { differences } from './conformity.ts'
import { DashboardDocument } from './shapes/dashboard.ts'
import { RuleDocument } from './shapes/rule.ts'
import { ThresholdsDocument } from './shapes/thresholds.ts'

const cases = [
  ['dashboard', DashboardDocument, soundDashboard().document],
  ['rule', RuleDocument, soundRule().document],
  ['thresholds', ThresholdsDocument, { [RULE_ID]: soundThreshold() }],
] as const

const replacement = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, '', 'metrics', 'A', 0, -1, 1.5, true, [], {}, { kind: 'Panel' }),
  fc.jsonValue({ maxDepth: 2 }),
)

describe.each(cases)('%s', (_, shape, sound) => {
  it('is sound as it stands', () => {
    expect(Value.Check(shape, sound)).toBe(true)
    expect(differences(shape, sound)).toEqual([])
  })

  it('is told wrong exactly when typebox finds it wrong', () => {
    const places = placesOf(sound)
    fc.assert(
      fc.property(fc.constantFrom(...places), replacement, (place, value) => {
        const changed = withChange(structuredClone(sound), place, value)
        expect(differences(shape, changed).length === 0).toBe(Value.Check(shape, changed))
      }),
      { numRuns: 300 },
    )
  })

  it('refuses a field that nobody knows, wherever it stands', () => {
    for (const place of placesOf(sound).filter(steps => steps.at(-1) !== 'customColors')) {
      const changed = withChange(structuredClone(sound), [...place.slice(0, -1), 'unheard of'], 1)
      if (Array.isArray(valueAt(changed, place.slice(0, -1)))) continue
      expect(differences(shape, changed).map(({ message }) => message)).not.toEqual([])
    }
  })
})

it('tells about the branch of a union that was meant', () => {
  const panel = soundDashboard().document
  const changed = withChange(
    structuredClone(panel),
    ['spec', 'panels', 'frames', 'spec', 'plugin', 'spec', 'axes'],
    {},
  )
  expect(differences(DashboardDocument, changed)).toEqual([
    {
      path: 'spec.panels.frames.spec.plugin.spec.axes',
      message: expect.stringMatching(/^axes is not a field here; expected visualization, /),
    },
  ])
  const gauge = withChange(
    structuredClone(panel),
    ['spec', 'panels', 'frames', 'spec', 'plugin', 'kind'],
    'signoz/Gauge',
  )
  expect(differences(DashboardDocument, gauge)).toEqual([
    {
      path: 'spec.panels.frames.spec.plugin.kind',
      message: expect.stringMatching(/"signoz\/ListPanel", found "signoz\/Gauge"$/),
    },
  ])
})

type Place = readonly (string | number)[]

function placesOf(value: unknown, place: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [place]
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return [
    ...(place.length === 0 ? [] : [place]),
    ...entries.flatMap(([key, held]) => placesOf(held, [...place, key])),
  ]
}

function valueAt(value: unknown, place: Place): unknown {
  return place.reduce<unknown>((held, step) => (held as Record<string | number, unknown>)[step], value)
}

function withChange<T>(value: T, place: Place, changed: unknown): T {
  const holder = valueAt(value, place.slice(0, -1)) as Record<string | number, unknown>
  const last = place.at(-1)!
  if (changed === undefined && !Array.isArray(holder)) delete holder[last]
  else holder[last] = changed
  return value
}
