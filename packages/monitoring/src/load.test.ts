// Reading never throws: every kind of bad content is a fault with its place, and what is left can be relied on.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { soundDashboard } from '../test/sound-dashboard.ts'
import { RULE_ID, soundRule, soundRunbook, soundThreshold } from '../test/sound-files.ts'
import { checkMonitoring } from './check.ts'
import { loadMonitoring } from './load.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'monitoring-'))
  write('dashboards/fleet.json', { $schema: 'x', ...soundDashboard().document })
  write(`alerts/rules/${RULE_ID}.json`, soundRule().document)
  write('alerts/thresholds.json', { $schema: './schema/thresholds.schema.json', [RULE_ID]: soundThreshold() })
  write(`alerts/runbooks/${RULE_ID}.md`, soundRunbook())
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

function write(file: string, content: unknown): void {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), typeof content === 'string' ? content : JSON.stringify(content))
}

function read(): { faults: string[]; monitoring: ReturnType<typeof loadMonitoring>['monitoring'] } {
  const { monitoring, faults } = loadMonitoring(root)
  return { monitoring, faults: faults.map(({ file, path, message }) => `${file} ${path}: ${message}`) }
}

it('reads a sound set without a fault, and leaves $schema out of the numbers', () => {
  const { monitoring, faults } = read()
  expect(faults).toEqual([])
  expect(monitoring.dashboards.map(({ file, name }) => [file, name])).toEqual([
    ['dashboards/fleet.json', 'fleet'],
  ])
  expect(monitoring.rules.map(({ id }) => id)).toEqual([RULE_ID])
  expect(monitoring.thresholds).toEqual({ [RULE_ID]: soundThreshold() })
  expect(monitoring.runbooks[0]!.text).toBe(soundRunbook())
  expect(checkMonitoring(monitoring)).toEqual([])
})

it('tells of what is no JSON, and reads the rest', () => {
  write('dashboards/broken.json', '{ "schemaVersion": ')
  const { monitoring, faults } = read()
  expect(faults).toEqual([expect.stringMatching(/^dashboards\/broken\.json : is not JSON: /)])
  expect(monitoring.dashboards).toHaveLength(1)
})

it('tells the field, what was found and what is expected, and leaves the file out', () => {
  write(`alerts/rules/${RULE_ID}.json`, {
    ...soundRule().document,
    op: 'greater',
    labels: { 'a b': 'c' },
    extra: 1,
    groupBy: 'x',
  })
  const { monitoring, faults } = read()
  expect(faults).toEqual([
    `alerts/rules/${RULE_ID}.json op: expected one of above, below, equal, not_equal, above_or_equal, below_or_equal, outside_bounds, found "greater"`,
    expect.stringContaining(' groupBy: expected a list, found "x"'),
    expect.stringContaining(' labels["a b"]: a b is not a field here; expected a name like '),
    expect.stringContaining(' extra: extra is not a field here; expected $schema, alert, '),
  ])
  expect(monitoring.rules).toEqual([])
})

it('tells of days in a duration, which SigNoz refuses', () => {
  write('alerts/thresholds.json', { [RULE_ID]: { ...soundThreshold(), window: '1d' } })
  expect(read().faults).toEqual([expect.stringContaining(`${RULE_ID}.window: expected Go duration`)])
})

it('tells of folders and files that are not there', () => {
  rmSync(join(root, 'alerts'), { recursive: true })
  const { monitoring, faults } = read()
  expect(faults.map(fault => fault.split(':')[0])).toEqual([
    'alerts/rules ',
    'alerts/runbooks ',
    'alerts/thresholds.json ',
  ])
  expect(monitoring.thresholds).toEqual({})
})

it('tells of a folder in the place of a file', () => {
  mkdirSync(join(root, 'dashboards/odd.json'))
  expect(read().faults).toEqual([expect.stringMatching(/^dashboards\/odd\.json : cannot be read: /)])
})
