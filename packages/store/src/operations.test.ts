// The list of operations and the source of the store agree both ways, and nothing else speaks to pg.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { DB_OPERATIONS, DB_STATEMENTS, DB_UNITS } from '@deye-hard/telemetry-schema'
import { expect, it } from 'vitest'

/** Values of pg, beside types: how connections are made, and what its errors are. */
const SPEAK_TO_PG = [
  'database.ts',
  'error-type.ts',
  'monitoring/monitor-connection.ts',
  'monitoring/monitor-role.ts',
]
/** `'users.list'` as the first argument of a call. */
const CALL = /(?:query|transaction|run|observe|drop)(?:<[^()]*>)?\(\s*'([a-z_]+\.[a-z_]+)'/g

const files = readdirSync(import.meta.dirname, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
  .map(entry => join(entry.parentPath, entry.name))
  .map(path => ({ path: relative(import.meta.dirname, path), source: readFileSync(path, 'utf8') }))
  .filter(({ path }) => !path.startsWith('embedded/'))

it('each operation is used at one place, and none that is not on the list', () => {
  const used = files.flatMap(({ source }) => [...source.matchAll(CALL)].map(([, name]) => name))
  expect(used.sort()).toEqual([...DB_OPERATIONS].sort())
})

it('names are <repository>.<method>, each once', () => {
  expect(DB_OPERATIONS.filter(name => !/^[a-z_]+\.[a-z_]+$/.test(name))).toEqual([])
  expect(new Set(DB_OPERATIONS).size).toBe(DB_STATEMENTS.length + DB_UNITS.length)
})

it('only these files touch pg', () => {
  const users = files.filter(({ source }) => /from 'pg'/.test(source)).map(({ path }) => path)
  expect(users.sort()).toEqual(SPEAK_TO_PG)
})
