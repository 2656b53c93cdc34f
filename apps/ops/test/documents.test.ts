// Every path and link that README, CONTRIBUTING and docs name exists, and so does every benchmark.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../..')
const documents = globSync('{README.md,CONTRIBUTING.md,docs/**/*.md,bench/*.md}', { cwd: root })
/** What only a running system has. */
const MADE_AT_RUN_TIME = /^(\.data|\.toolchain|dist)\b/

test.each(documents)('%s names only paths that exist', document => {
  const text = readFileSync(join(root, document), 'utf8')
  const links = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
    .map(match => match[1]!)
    .filter(link => !link.includes('://'))
    .map(link => join(dirname(document), link))
  const named = [
    ...text.matchAll(/(?<![\w/.-])((?:apps|packages|docs|bench|\.ci|\.github)\/[\w./-]*\w)/g),
  ].map(match => match[1]!)
  const missing = [...links, ...named].filter(
    path => !MADE_AT_RUN_TIME.test(path) && !existsSync(join(root, path)),
  )
  expect(missing).toEqual([])
})

test('the documents are found', () => {
  expect(documents).toEqual(
    expect.arrayContaining(['README.md', 'CONTRIBUTING.md', join('docs', 'architecture.md')]),
  )
  expect(documents.length).toBeGreaterThan(9)
})

test('benchmarks.json has every benchmark of bench/README.md, and each exists', () => {
  const known: Record<string, string> = JSON.parse(readFileSync(join(root, 'bench/benchmarks.json'), 'utf8'))
  expect(Object.values(known).filter(path => !existsSync(join(root, path)))).toEqual([])
  const table = readFileSync(join(root, 'bench/README.md'), 'utf8')
  // The column before the last names the benchmark alone.
  const named = [...table.matchAll(/^\|.*\| `([\w-]+)` \|[^|]*\|$/gm)].map(match => match[1]!)
  expect(new Set(named)).toEqual(new Set(Object.keys(known)))
})
