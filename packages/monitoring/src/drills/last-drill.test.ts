// The record of the last drill: what is written is read back, a broken file is told of, and the one of this repository has no fault.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { soundMonitoring } from '../../test/sound-files.ts'
import { loadMonitoring } from '../load.ts'
import type { LastDrill } from '../shapes/last-drill.ts'
import { checkLastDrill, LAST_DRILL_FILE, loadLastDrill, writeLastDrill } from './last-drill.ts'

const REPOSITORY = join(import.meta.dirname, '../../../..')
const DRILL: LastDrill = {
  at: '2026-11-25T18:45:38Z',
  signoz: 'v0.138.0',
  commit: 'a34b07f',
  rules: { FramesRejected: { subject: '[WARNING] frames', firedAfterS: 92, resolvedAfterS: 0 } },
  panels: { fleet: { asked: 2, withData: 1, empty: { routes: 'no result' } } },
  ledger: { received: 9, stored: 7, duplicate: 1, quarantined: 1, unaccounted: 0 },
  agreement: { panels: { asked: 3, agree: 3 }, rules: { asked: 2, agree: 1 } },
}

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'last-drill-'))
  mkdirSync(join(root, 'alerts'))
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

function faultsOf(content: unknown): string[] {
  writeFileSync(join(root, LAST_DRILL_FILE), typeof content === 'string' ? content : JSON.stringify(content))
  const { drill, faults } = loadLastDrill(root)
  expect(drill).toBeNull()
  return faults.map(({ file, path, message }) => `${file} ${path}: ${message}`)
}

it('is read as it was written', () => {
  writeLastDrill(root, DRILL)
  expect(loadLastDrill(root)).toEqual({ drill: DRILL, faults: [] })
  const { ledger: _, agreement: __, ...less } = DRILL
  writeLastDrill(root, less)
  expect(loadLastDrill(root).drill).toEqual(less)
})

it('is nothing, and no fault, before the first drill', () => {
  expect(loadLastDrill(root)).toEqual({ drill: null, faults: [] })
})

it('is a fault with its place when it is broken', () => {
  expect(faultsOf('{ "at": ')).toEqual([expect.stringMatching(/^alerts\/last-drill\.json : is not JSON: /)])
  expect(
    faultsOf({ ...DRILL, at: 'yesterday', panels: { home: { asked: -1, withData: 0 } }, note: 1 }),
  ).toEqual([
    expect.stringContaining('at: expected When the drill began'),
    'alerts/last-drill.json panels.home.asked: expected at least 0, found -1',
    expect.stringContaining('note: note is not a field here'),
  ])
})

it('is not written when it has not its shape', () => {
  const wrong = { ...DRILL, rules: { X1: { ...DRILL.rules['FramesRejected']!, firedAfterS: Number.NaN } } }
  expect(() => writeLastDrill(root, wrong)).toThrow(
    'this is no record of a drill: rules.X1: X1 is not a field here',
  )
  expect(loadLastDrill(root).drill).toBeNull()
})

it('names rules and dashboards that are, and finds no more than it asks for', () => {
  expect(checkLastDrill(DRILL, soundMonitoring())).toEqual([])
  const wrong: LastDrill = {
    ...DRILL,
    rules: { NoRule: DRILL.rules['FramesRejected']! },
    panels: { fleet: { asked: 1, withData: 2, empty: { moon: '' } }, night: { asked: 1, withData: 1 } },
    agreement: { panels: { asked: 1, agree: 2 }, rules: { asked: 1, agree: 1 } },
  }
  expect(checkLastDrill(wrong, soundMonitoring()).map(({ path, message }) => `${path}: ${message}`)).toEqual([
    'rules.NoRule: there is no rule NoRule',
    'panels.fleet: 2 of 1 panels have data',
    'panels.fleet.empty.moon: there is no panel moon',
    'panels.night: there is no dashboard night',
    'agreement.panels: 2 of 1 agree',
  ])
})

it('of this repository has no fault, and is written as the writer writes it', () => {
  const { drill, faults } = loadLastDrill(REPOSITORY)
  expect(faults).toEqual([])
  expect(checkLastDrill(drill!, loadMonitoring(REPOSITORY).monitoring)).toEqual([])
  writeLastDrill(root, drill!)
  const text = (folder: string) => readFileSync(join(folder, LAST_DRILL_FILE), 'utf8')
  expect(text(REPOSITORY)).toBe(text(root))
})
