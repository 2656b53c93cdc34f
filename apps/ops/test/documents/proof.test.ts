// docs/proof.md says what is kept of drills and scenarios, of every rule and every panel, and "never" where there is nothing.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LastDrill } from '@deye-hard/monitoring'
import { describe, expect, test } from 'vitest'
import { readProofFacts } from '../../src/documents/proof-facts.ts'
import { PROOF_FILE, type ProofFacts, proofPage } from '../../src/documents/proof-page.ts'
import { PROJECT_ROOT } from '../../src/project.ts'

const facts = readProofFacts(PROJECT_ROOT)
const page = proofPage(facts)
const DRILL: LastDrill = {
  at: '2026-03-01T23:05:00Z',
  signoz: 'v0.0.1',
  commit: '0123456789abcdef',
  rules: { ApiErrorRate: { subject: '[CRITICAL] api | down', firedAfterS: 91, resolvedAfterS: 0 } },
  panels: { home: { asked: 30, withData: 29, empty: { 'api-uptime': 'no result' } } },
}

function pageWith(changed: Partial<ProofFacts>): string {
  return proofPage({ ...facts, ...changed })
}

/** From the heading of the rule to the next heading. */
function sectionOf(text: string, heading: string): string {
  return text.split(`### ${heading}\n`)[1]!.split('\n##')[0]!
}

test('docs/proof.md is what drills and scenarios give', () => {
  expect(readFileSync(join(PROJECT_ROOT, PROOF_FILE), 'utf8'), 'run `npm run docs`').toBe(page)
})

test.each(facts.monitoring.rules)('$id has its files, its numbers, its drill and all its scenarios', rule => {
  const section = sectionOf(page, rule.id)
  expect(section).toContain(rule.document.description)
  expect(section).toContain(`](../${rule.file})`)
  expect(section).toContain(`](../alerts/runbooks/${rule.id}.md)`)
  for (const limit of Object.values(facts.monitoring.thresholds[rule.id]!.tiers))
    expect(section).toMatch(new RegExp(` (above|below|other than) ${limit}\\b`))
  const own = facts.scenarios.filter(scenario => scenario.rule === rule.id)
  expect(own.length).toBeGreaterThan(1)
  for (const { file } of own) expect(section).toContain(`](../${file})`)
  expect(section).not.toContain('not played')
})

test('every panel has its question', () => {
  const panels = facts.monitoring.dashboards.flatMap(({ document }) => Object.values(document.spec.panels))
  expect(panels.length).toBeGreaterThan(100)
  const missing = panels.filter(
    ({ spec: { display } }) => !page.includes(`| ${display.name} | ${display.description} | `),
  )
  expect(missing).toEqual([])
})

describe('a drill', () => {
  test('is told with its times, its mail and what was empty', () => {
    const text = pageWith({ drill: DRILL })
    expect(text).toContain('| when | 1 March 2026, 23:05 UTC |')
    expect(text).toContain('| panels with data | 29 of 30 |')
    expect(sectionOf(text, 'ApiErrorRate')).toContain(
      'Last drill: 2026-03-01, mail 91 s after the cause began, over before all was mended. `[CRITICAL] api | down`',
    )
    expect(sectionOf(text, 'ApiLatency')).toContain('Last drill: **never**.')
    expect(text).toMatch(/\| API uptime \| .* \| \*\*no\*\*: no result \|/)
    expect(text).toMatch(/\| Collector uptime \| .* \| yes \|/)
    expect(sectionOf(text, 'Dashboard API')).toContain('never asked in a drill')
    expect(text).toContain('The last drill did not note it.')
  })

  test('that does not say which panel was empty says of none that it had data', () => {
    const text = pageWith({ drill: { ...DRILL, panels: { home: { asked: 30, withData: 29 } } } })
    expect(sectionOf(text, 'Dashboard Home')).not.toContain('| yes |')
  })

  test('that looked at the ledger and at lens says so', () => {
    const ledger = { received: 1_200, stored: 1_100, duplicate: 60, quarantined: 40, unaccounted: 0 }
    const agreement = { panels: { asked: 142, agree: 141 }, rules: { asked: 24, agree: 24 } }
    const text = pageWith({ drill: { ...DRILL, ledger, agreement } })
    expect(text).toContain('| received | 1,200 |')
    expect(text).toContain('| lens and SigNoz agree about panels | 141 of 142 |')
  })

  test('that never was is no drill', () => {
    const text = pageWith({ drill: null })
    expect(text).toContain('**Never**: no drill is kept.')
    for (const { id } of facts.monitoring.rules)
      expect(sectionOf(text, id)).toContain('Last drill: **never**.')
  })
})

test('a scenario without a result, and one whose mail did not come, are told', () => {
  const results = { ...facts.results, ApiErrorRate: { fires: [] } }
  const section = sectionOf(pageWith({ results }), 'ApiErrorRate')
  expect(section).toMatch(/fires\.json\) \| .* \| \*\*nothing\*\* \|/)
  expect(section).toMatch(/warns\.json\) \| .* \| \*\*not played\*\* \|/)
})
