// Every way in which a data folder can be unusable gives one sentence with the way out, and is left as it was.
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkDataFolder, claimDataFolder, prepareDataFolder } from '../../src/local/data-folder.ts'
import { dataLayout } from '../../src/local/layout.ts'

let parent: string
let root: string
const uid = process.geteuid?.()

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'data folder '))
  root = join(parent, 'data')
})
afterEach(() => rmSync(parent, { recursive: true }))

const check = (options: { fresh?: boolean; uid?: number } = {}) =>
  checkDataFolder({ layout: dataLayout(root), fresh: options.fresh ?? false, uid: options.uid ?? uid })

test('a folder that does not exist, an empty one and one of our own are fine', () => {
  check()
  expect(existsSync(root)).toBe(false)
  mkdirSync(root)
  check()
  claimDataFolder(dataLayout(root))
  prepareDataFolder(dataLayout(root), false)
  check()
})

test.each(['garbage', '16\n', ''])(
  'PG_VERSION with %j is a broken database; --fresh is the way out',
  content => {
    makeOurs()
    mkdirSync(join(root, 'postgres'))
    writeFileSync(join(root, 'postgres', 'PG_VERSION'), content)
    expect(() => check()).toThrow(
      /^The database in .* is broken \(.* says version ".*", expected 17\): .*--fresh/,
    )
    check({ fresh: true })
  },
)

test('a database folder without PG_VERSION is broken', () => {
  makeOurs()
  mkdirSync(join(root, 'postgres'))
  expect(() => check()).toThrow('has no PG_VERSION, expected 17')
})

test('a folder that is not ours is never touched, not even by --fresh', () => {
  mkdirSync(root)
  writeFileSync(join(root, 'thesis.tex'), '')
  for (const fresh of [false, true])
    expect(() => check({ fresh })).toThrow(/is not empty and was not made by `npm start`.*--data-dir\.$/)
})

test('--fresh removes what we made and keeps what we did not', () => {
  makeOurs()
  const layout = dataLayout(root)
  for (const folder of [layout.postgres, layout.spool]) mkdirSync(folder, { recursive: true })
  writeFileSync(join(layout.spool, 'old'), '')
  writeFileSync(join(root, 'notes.txt'), '')
  prepareDataFolder(layout, true)
  expect(readdirSync(root).sort()).toEqual(['layout.json', 'logs', 'notes.txt', 'secrets', 'spool'])
  expect(readdirSync(layout.spool)).toEqual([])
})

test.each(['{"layout":99}', 'garbage', '{}'])('a marker with %s asks for --fresh', content => {
  mkdirSync(root)
  writeFileSync(join(root, 'layout.json'), content)
  expect(() => check()).toThrow(/has layout (99|of unknown version), this version needs 1: .*--fresh/)
  check({ fresh: true })
})

test('a file in place of the folder, or above it', () => {
  writeFileSync(root, '')
  expect(() => check()).toThrow(/^The data folder .* is a file: /)
  root = join(root, 'deeper', 'still')
  expect(() => check()).toThrow(/ is a file, so .* cannot be made in it: /)
})

test.skipIf(uid === undefined)(
  'a folder of somebody else names both users and the way out; root may use it',
  () => {
    makeOurs()
    expect(() => check({ uid: uid! + 1 })).toThrow(
      new RegExp(
        `belongs to user ${uid}, you are user ${uid! + 1}: .*sudo chown -R ${uid! + 1} '.*--data-dir\\.$`,
      ),
    )
    check({ uid: 0 })
  },
)

test.skipIf(uid !== 0)(
  'what a start as root left inside is found before a start as user trips over it',
  () => {
    makeOurs()
    prepareDataFolder(dataLayout(root), false)
    const user = 4_242
    for (const path of ['', 'layout.json', 'secrets', 'spool', 'logs'])
      chownSync(join(root, path), user, user)
    check({ uid: user })
    writeFileSync(join(root, 'logs', 'api.log'), '')
    expect(() => check({ uid: user })).toThrow(
      /api\.log belongs to user 0, you are user 4242: .*sudo chown -R 4242 '/,
    )
  },
)

// Root reads everything, so this can only be shown as an ordinary user.
test.skipIf(uid === undefined || uid === 0)('a folder without rights names the command that mends it', () => {
  makeOurs()
  chmodSync(root, 0o000)
  try {
    expect(() => check()).toThrow(/cannot be read and written by you \(EACCES\): .*chmod -R u\+rwX/)
  } finally {
    chmodSync(root, 0o700)
  }
})

function makeOurs(): void {
  claimDataFolder(dataLayout(root))
}
