// A spool folder that cannot be used: one sentence with the way out, never a crash, never a changed file.
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { open } from 'lmdb'
import { expect, test } from 'vitest'
import { openSpool, SPOOL_ERROR_CODES, SpoolError } from '../../src/spool/spool.ts'
import { append, MIB, makeFolder, makeSpool } from './spool-folder.ts'

async function codeOf(folder: string): Promise<string> {
  try {
    const spool = await openSpool({ folder, maxBytes: MIB })
    await spool.close()
    return 'opened'
  } catch (error) {
    expect(error).toBeInstanceOf(SpoolError)
    expect((error as SpoolError).message).toContain(folder)
    return (error as SpoolError).code
  }
}

/** A closed spool with enough frames to have pages to lose. */
async function filledFolder(): Promise<string> {
  const folder = await makeFolder()
  const spool = await openSpool({ folder, maxBytes: 8 * MIB })
  await Promise.all(Array.from({ length: 2_000 }, () => append(spool)))
  await spool.close()
  return folder
}

test('a second collector on the folder is refused until the first has left', async () => {
  const folder = await makeFolder()
  const first = await openSpool({ folder, maxBytes: MIB })
  expect(await codeOf(folder)).toBe('spool_locked')
  expect(await append(first)).toBe('durable')
  await first.close()
  expect(await codeOf(folder)).toBe('opened')
})

test('a lock that nobody listens on does not lock the folder', async () => {
  const folder = await makeFolder()
  writeFileSync(join(folder, 'lock'), '')
  expect(await codeOf(folder)).toBe('opened')
})

test('a folder deeper than a socket path may be works', async () => {
  const deep = join(await makeFolder(), 'd'.repeat(90), 'e'.repeat(90))
  const spool = await makeSpool({ folder: deep })
  expect(await append(spool)).toBe('durable')
  expect(await codeOf(deep)).toBe('spool_locked')
})

test.each([
  ['garbage', (path: string) => writeFileSync(path, Buffer.alloc(100_000, 7))],
  ['a few bytes', (path: string) => writeFileSync(path, 'hello')],
  ['one page', (path: string) => truncateSync(path, 4_096)],
  ['only the meta pages', (path: string) => truncateSync(path, 8_192)],
  ['a third', (path: string) => truncateSync(path, 240_000)],
])('a data file that is %s is called damaged and left alone', async (_, breakFile) => {
  const folder = await filledFolder()
  const path = join(folder, 'data.mdb')
  breakFile(path)
  const before = readFileSync(path)
  expect(await codeOf(folder)).toBe('spool_damaged')
  expect(readFileSync(path).equals(before)).toBe(true)
})

test('counters that cannot be read are damage, not zero', async () => {
  const folder = await filledFolder()
  const root = open({ path: folder, maxDbs: 4, encoding: 'binary' })
  await root.openDB({ name: 'meta', encoding: 'string' }).put('counters', '{"received":"many"}')
  await root.close()
  expect(await codeOf(folder)).toBe('spool_damaged')
})

test('a newer format is refused', async () => {
  const folder = await filledFolder()
  const root = open({ path: folder, maxDbs: 4, encoding: 'binary' })
  await root.openDB({ name: 'meta', encoding: 'string' }).put('format_version', '2')
  await root.close()
  expect(await codeOf(folder)).toBe('spool_version_unknown')
})

test('a file in the place of the folder is named', async () => {
  const folder = join(await makeFolder(), 'file')
  writeFileSync(folder, '')
  expect(await codeOf(folder)).toBe('spool_folder_unusable')
})

test('every code has its sentence', () => {
  for (const code of SPOOL_ERROR_CODES) expect(new SpoolError(code, '/x').message).toMatch(/\/x.*\.$/)
})
