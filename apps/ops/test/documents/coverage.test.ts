// docs/coverage.md says nothing that is not so: files, panels and tests that it names are there, and nothing of the monitoring is left out.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ORIGINAL_SIGNALS } from '@deye-hard/monitoring'
import { describe, expect, test } from 'vitest'
import { COVERAGE, FIRED, PART_TITLES } from '../../src/documents/coverage.ts'
import { allProofs, COVERAGE_FILE, coveragePage } from '../../src/documents/coverage-page.ts'
import { PROJECT_ROOT } from '../../src/project.ts'
import { BROKEN } from '../signoz/watched/broken.ts'

const PARTS = [1, 2, 3, 4, 5, 6, 7, 8]
const at = (path: string) => join(PROJECT_ROOT, path)
const page = coveragePage()
const namesIn = (folder: string) => readdirSync(at(folder)).filter(name => name.endsWith('.json'))

test('docs/coverage.md is what the list gives', () => {
  expect(readFileSync(at(COVERAGE_FILE), 'utf8'), 'run `npm run docs`').toBe(page)
})

test('every part of the issue has a title and rows', () => {
  expect(Object.keys(PART_TITLES).map(Number)).toEqual(PARTS)
  expect(new Set(COVERAGE.map(({ part }) => part))).toEqual(new Set(PARTS))
})

test('every file that is named exists', () => {
  const files = COVERAGE.flatMap(row => row.files)
  expect(files.filter(file => !existsSync(at(file)))).toEqual([])
})

test('a row without a proof says that there is none yet', () => {
  expect(COVERAGE.filter(row => row.proofs.length === 0 && row.notYet === undefined)).toEqual([])
})

describe('a proof', () => {
  const tests = allProofs().flatMap(proof => ('file' in proof ? [proof] : []))

  test('is a title that stands in its test file', () => {
    const isMissing = ({ file, title }: { file: string; title: string }) =>
      !existsSync(at(file)) || !isTitleIn(readFileSync(at(file), 'utf8'), title)
    expect(tests.filter(isMissing)).toEqual([])
  })

  test('is not found by a word of its title, nor in a comment', () => {
    const source = "// test('was once here')\ntest('stores a row', () => {})\n"
    expect(isTitleIn(source, 'stores a row')).toBe(true)
    expect(isTitleIn(source, 'stores')).toBe(false)
    expect(isTitleIn(source, 'was once here')).toBe(false)
  })
})

test('every panel that is named is on its dashboard', () => {
  const missing = COVERAGE.flatMap(({ files, panels = [] }) =>
    panels.filter(panel => !readFileSync(at(files[0]!), 'utf8').includes(`"name": "${panel}"`)),
  )
  expect(missing).toEqual([])
})

test.each([
  ['alerts/rules', namesIn('alerts/rules')],
  ['dashboards', namesIn('dashboards')],
])('every file of %s is on the page', (folder, names) => {
  expect(names.length).toBeGreaterThan(0)
  expect(names.filter(name => !page.includes(`](../${folder}/${name})`))).toEqual([])
})

test('every signal of the original is on the page, and only rules that there are have fired', () => {
  expect(ORIGINAL_SIGNALS.filter(({ asks, rule }) => !page.includes(asks) && !page.includes(rule))).toEqual(
    [],
  )
  const rules = new Set(ORIGINAL_SIGNALS.map(({ rule }) => rule))
  expect(Object.keys(FIRED).filter(rule => !rules.has(rule))).toEqual([])
})

test('a rule counts as fired when the watched system makes it fire', () => {
  expect(Object.keys(FIRED).toSorted()).toEqual([...BROKEN, 'Heartbeat'].toSorted())
})

/** As the first argument of a test or a suite, whole. */
function isTitleIn(source: string, title: string): boolean {
  const code = source.replaceAll(/^\s*\/\/.*$/gm, '')
  return code.includes(`('${title}',`) || new RegExp(`\\(\\s*'${escaped(title)}',`).test(code)
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
