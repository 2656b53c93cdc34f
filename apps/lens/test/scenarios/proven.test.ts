// What is kept of scenarios and the last drill: all of this repository can be shown, and what is wrong or absent is said.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadMonitoring } from '@deye-hard/monitoring'
import { expect, test } from 'vitest'
import { drillOf, scenariosOf } from '../../src/pages/proven.ts'
import { readProven } from '../../src/scenarios/read-proven.ts'

const ROOT = join(import.meta.dirname, '../../../..')
const { proven, faults } = readProven(ROOT)

test('every rule has scenarios of both kinds, all as they expect', () => {
  expect(faults).toEqual([])
  for (const { id } of loadMonitoring(ROOT).monitoring.rules) {
    const shown = scenariosOf(proven, id)
    expect(new Set(shown.map(({ isNearMiss }) => isNearMiss)), id).toEqual(new Set([false, true]))
    expect(
      shown.flatMap(({ wrong }) => wrong),
      id,
    ).toEqual([])
  }
})

test('a scenario that was not played, or gave another mail, says so', () => {
  const [fires] = proven.results['ApiErrorRate']!['fires']!
  const results = { ApiErrorRate: { fires: [{ ...fires!, tier: 'warning' as const }] } }
  const wrong = Object.fromEntries(
    scenariosOf({ ...proven, results }, 'ApiErrorRate').map(one => [one.name, one.wrong]),
  )
  expect(wrong['warns']).toEqual(['it was never played'])
  expect(wrong['fires']).toEqual([
    expect.stringMatching(/^expected firing critical .*, found firing warning/),
    'resolved between 17m and 19m was not sent',
  ])
})

test('a rule that did not fire in the last drill has none, and so has every rule before the first', () => {
  const rules = { ApiErrorRate: { subject: '[CRITICAL] x', firedAfterS: 90, resolvedAfterS: 200 } }
  const drill = { at: '2026-03-01T23:05:00Z', signoz: 'v0.0.1', commit: '0123456', rules, panels: {} }
  expect(drillOf({ ...proven, drill }, 'ApiErrorRate')).toEqual({
    ...rules.ApiErrorRate,
    at: drill.at,
    signoz: 'v0.0.1',
    window: null,
  })
  expect(drillOf({ ...proven, drill }, 'ApiLatency')).toBeNull()
  expect(drillOf({ ...proven, drill: null }, 'ApiErrorRate')).toBeNull()
  expect([scenariosOf(undefined, 'ApiErrorRate'), drillOf(undefined, 'ApiErrorRate')]).toEqual([[], null])
})

test('where nothing is kept, that is a fault and not a proof', () => {
  const empty = mkdtempSync(join(tmpdir(), 'lens-proven-'))
  try {
    const read = readProven(empty)
    expect(read.proven).toEqual({ scenarios: [], results: {}, drill: null })
    expect(read.faults.map(({ file }) => file)).toEqual(['alerts/scenarios', 'alerts/scenario-results.json'])
  } finally {
    rmSync(empty, { recursive: true, force: true })
  }
})
