// The registry of problems, the routes, and what the README says about both must agree.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PROBLEM_CODES, PROBLEMS, problemOf } from '../src/errors.ts'
import { apiSettings } from '../src/settings.ts'
import { openHarness } from './harness.ts'

const readme = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8')
const harness = await openHarness()
const app = await harness.buildApp()

test('README lists every code with its status, and no other', () => {
  const rows = readme.matchAll(/^\| `([a-z_]+)` +\| (\d{3}) +\|/gm)
  const listed = [...rows].map(([, code, status]) => [code, Number(status)])
  expect(listed).toEqual(PROBLEM_CODES.map(code => [code, PROBLEMS[code].status]))
})

test('README lists every route with its access, and no other', () => {
  const rows = readme.matchAll(/^\| `(GET|POST) ([^`]+)` +\| `([a-z:]+)` +\|/gm)
  const listed = [...rows].map(row => row.slice(1, 4).join(' '))
  // The page of documentation is many routes of one plugin.
  const registered = app.routeTable.filter(({ url }) => !url.startsWith('/api/docs/'))
  expect(listed.sort()).toEqual(
    registered.map(({ method, url, access }) => `${method} ${url} ${access}`).sort(),
  )
})

test.each(PROBLEM_CODES)('%s has all members of RFC 9457 and the request id', code => {
  expect(problemOf(code, { requestId: 'r-1' })).toEqual({
    type: `urn:deye-hard:problem:${code}`,
    title: PROBLEMS[code].title,
    status: PROBLEMS[code].status,
    detail: PROBLEMS[code].title,
    request_id: 'r-1',
  })
})

test('README names only settings that exist, and every limit that is counted', async () => {
  const names = Object.values(apiSettings).map(({ name }) => name as string)
  const named = [...readme.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`/g)].map(([, name]) => name!)
  expect(named.filter(name => !names.includes(name) && !name.endsWith('=false'))).toEqual([])
  const sources = await readSources(join(import.meta.dirname, '..', 'src'))
  const counted = [...sources.matchAll(/(?:add\('limit_hits', |limit\(app, )'([a-z_]+)'/g)].map(
    ([, name]) => name!,
  )
  const mapped = [.../LIMITS[^{]*\{([^}]*)\}/.exec(sources)![1]!.matchAll(/'([a-z_]+)'/g)].map(
    ([, name]) => name!,
  )
  const table = readme.slice(readme.indexOf('| counts as'))
  expect(counted.length + mapped.length).toBeGreaterThan(8)
  for (const name of [...counted, ...mapped]) expect(table).toContain(`\`${name}\``)
})

async function readSources(folder: string): Promise<string> {
  const files = await readdir(folder, { recursive: true })
  const texts = files.filter(file => file.endsWith('.ts')).map(file => readFile(join(folder, file), 'utf8'))
  return (await Promise.all(texts)).join('\n')
}
