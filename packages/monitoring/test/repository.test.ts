// The dashboards, rules, numbers and runbooks of this repository have no fault, and every signal that the original asks for has its rule.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  checkMonitoring,
  loadMonitoring,
  ORIGINAL_SIGNALS,
  type OriginalSignal,
  TIERS,
} from '../src/index.ts'
import { KEPT_SETTINGS, OUTSIDE_METRICS, SCRAPE_JOBS } from '../src/outside-metrics.ts'
import { SCHEMA_FILES } from '../src/schemas.ts'
import { dimensionOf } from '../src/units.ts'

const ROOT = join(import.meta.dirname, '../../..')
const FOLDERS = ['dashboards', 'alerts/rules', 'alerts/runbooks']
const COLLECTOR_FILE = 'otel/collector.yaml'
const missing = FOLDERS.filter(folder => !existsSync(join(ROOT, folder)))
const reason = missing.length === 0 ? '' : ` (skipped: there is no ${missing.join(', no ')})`

const { monitoring, faults } = loadMonitoring(ROOT)

// Written in a branch of their own; without them there is nothing to hold against.
describe.skipIf(missing.length > 0)(`what stands in this repository${reason}`, () => {
  it('has no fault', () => {
    const all = [...faults, ...checkMonitoring(monitoring)]
    expect(all.map(({ file, path, message }) => `${file} ${path}: ${message}`)).toEqual([])
  })

  it('has the five dashboards and a rule for each number', () => {
    expect(monitoring.dashboards.map(({ name }) => name)).toEqual([
      'api',
      'collector',
      'database',
      'fleet',
      'home',
    ])
    expect(monitoring.rules.map(({ id }) => id)).toEqual(Object.keys(monitoring.thresholds).sort())
  })

  it.each(ORIGINAL_SIGNALS)('warns of $asks by $rule', signal => {
    expect(monitoring.rules.map(({ id }) => id)).toContain(signal.rule)
    expect(isNumberKept(signal), `${signal.rule} has not the number of the original`).toBe(true)
  })

  it('has no rule that nobody asked for', () => {
    const asked = new Set(ORIGINAL_SIGNALS.map(({ rule }) => rule))
    expect(monitoring.rules.map(({ id }) => id).filter(id => !asked.has(id))).toEqual([])
  })
})

// The configuration of the collector is written in a branch of its own.
describe.skipIf(!existsSync(join(ROOT, COLLECTOR_FILE)))(COLLECTOR_FILE, () => {
  const text = existsSync(join(ROOT, COLLECTOR_FILE)) ? readFileSync(join(ROOT, COLLECTOR_FILE), 'utf8') : ''

  it('scrapes under the names that checks know', () => {
    const jobs = [...text.matchAll(/\bjob_name: ([\w-]+)/g)].map(([, name]) => name)
    expect(jobs.sort()).toEqual([...SCRAPE_JOBS].sort())
  })

  it('keeps the settings of PostgreSQL that checks know', () => {
    const kept = /"pg_settings_\(([\w|]+)\)"/.exec(text)?.[1]?.split('|')
    expect(kept?.sort()).toEqual([...KEPT_SETTINGS].sort())
  })

  it('takes the device away from metrics of the host, as checks expect', () => {
    expect(text).toContain('delete_key(attributes, "device")')
    const host = [...OUTSIDE_METRICS.values()].filter(({ from }) => from === 'host')
    expect(host.filter(({ labels }) => labels.includes('device'))).toEqual([])
  })
})

it.each(Object.entries(SCHEMA_FILES))('%s is what write-schemas.ts writes', (file, text) => {
  expect(JSON.parse(readFileSync(join(ROOT, file), 'utf8'))).toEqual(JSON.parse(text))
})

it('lists the eleven alerts and the twelve signals of the original, each with a number, a reason or a rule that is relative', () => {
  const of = (table: OriginalSignal['table']) => ORIGINAL_SIGNALS.filter(signal => signal.table === table)
  expect([of('alerts').length, of('signals').length, of('ours').length]).toEqual([11, 12, 7])
  const bare = ORIGINAL_SIGNALS.filter(
    ({ table, number, instead }) => table !== 'ours' && !number && !instead,
  )
  expect(bare.map(({ asks }) => asks)).toEqual(['expired sessions > 2 × normal'])
})

function isNumberKept({ rule, number }: OriginalSignal): boolean {
  const threshold = monitoring.thresholds[rule]
  if (number === undefined) return true
  if (threshold === undefined) return false
  const factor = dimensionOf(threshold.unit)!.scale / dimensionOf(number.unit)!.scale
  return TIERS.filter(tier => number.tier === undefined || number.tier === tier).some(
    tier => threshold.tiers[tier] !== undefined && threshold.tiers[tier] * factor === number.target,
  )
}
