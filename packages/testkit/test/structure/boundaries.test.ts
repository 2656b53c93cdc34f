// What a package may touch beside other packages: pure ones neither the system nor the clock, only the store the database.
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findImports } from './imports.ts'
import { type Token, tokenize } from './tokens.ts'
import { isTestFile, type Package, readPackages, shown } from './workspace.ts'

/** Pure packages with the built-in modules that compute and do nothing else. */
const PURE: Record<string, readonly string[]> = { domain: ['node:crypto'], 'solarman-v5': ['node:buffer'] }
/** Names by which code reaches the system, time or chance. */
const WORLD = new Set([
  'process',
  'globalThis',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'fetch',
  'console',
])
/**
 * Packages that may speak SQL: testkit for tests; lens to views of the server itself, as an exporter would, and, where `npm start` gives it
 * the role for that, to the rows of the fleet: it shows what became of a frame on one machine, and no service is asked for that.
 */
const SQL_SPEAKERS = ['store', 'testkit', 'lens']

const packages = readPackages()

describe.each(packages.filter(({ name }) => name in PURE))('$name is pure', part => {
  const sources = ownSources(part).map(path => ({ path: shown(path), source: readFileSync(path, 'utf8') }))

  it('imports no module that does something', () => {
    const allowed = PURE[part.name]!
    const found = sources.flatMap(({ path, source }) =>
      findImports(source)
        .filter(({ specifier }) => specifier.startsWith('node:') && !allowed.includes(specifier))
        .map(({ specifier, line }) => `${path}:${line}: ${specifier}`),
    )
    expect(found).toEqual([])
  })

  it('reads no clock, no chance and no environment', () => {
    const found = sources.flatMap(({ path, source }) =>
      impurities(tokenize(source)).map(({ value, line }) => `${path}:${line}: ${value}`),
    )
    expect(found).toEqual([])
  })
})

it('only the store depends on a PostgreSQL driver, and what looks at the server as a whole', () => {
  const speakers = packages.filter(({ manifest }) => manifest.dependencies?.pg !== undefined)
  expect(speakers.map(({ name }) => name).filter(name => !SQL_SPEAKERS.includes(name))).toEqual([])
})

/** Without tests and without builders of test bytes. */
function ownSources(part: Package): string[] {
  return part.files.filter(path => {
    const inside = relative(part.folder, path)
    return inside.startsWith('src/') && !inside.startsWith('src/testing/') && !isTestFile(path)
  })
}

/** `Date.now`, `new Date()`, `Math.random`, and names of WORLD that are not a field of something. */
function impurities(tokens: readonly Token[]): Token[] {
  return tokens.filter((token, position) => {
    if (token.kind !== 'word') return false
    const [before, after, next] = [tokens[position - 1], tokens[position + 1], tokens[position + 2]]
    if (token.value === 'Date' && after?.value === '.' && next?.value === 'now') return true
    if (token.value === 'Date' && before?.value === 'new' && after?.value === '(' && next?.value === ')')
      return true
    if (token.value === 'Math' && after?.value === '.' && next?.value === 'random') return true
    const isField = before?.value === '.' || after?.value === ':'
    return WORLD.has(token.value) && !isField
  })
}
