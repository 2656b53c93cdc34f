// Key file: every fault has its sentence, keys rotate without a gap, a broken file keeps the old keys.
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { generateSigningKey, KeyFileError, openKeyRing } from '../src/keys.ts'

const folder = await mkdtemp(join(tmpdir(), 'deye-keys-'))
afterAll(() => rm(folder, { recursive: true }))

const [first, second] = [await generateSigningKey(), await generateSigningKey()]
const write = async (name: string, content: unknown) => {
  const path = join(folder, name)
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

describe('faults of the file', () => {
  const { kid: _kid, ...nameless } = first
  test.each([
    ['not_json', 'no json'],
    ['not_json', { keys: 1 }],
    ['no_keys', { keys: [] }],
    ['no_kid', { keys: [nameless] }],
    ['not_ed25519', { keys: [{ kid: 'a', kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd' }] }],
    ['not_ed25519', { keys: [{ kid: 'a', kty: 'OKP', crv: 'Ed25519', x: first.x }] }],
    ['not_ed25519', { keys: [{ ...first, d: 'AA' }] }],
    ['duplicate_kid', { keys: [first, first] }],
  ])('%s', async (code, content) => {
    const path = await write(`${code}.json`, content)
    const error = await openKeyRing(path).catch(fault => fault)
    expect(error).toBeInstanceOf(KeyFileError)
    expect(error.code).toBe(code)
    expect(error.message).toContain('JWT_KEYS_FILE')
    expect(error.message).not.toContain(first.d)
  })

  test('unreadable', async () => {
    await expect(openKeyRing(join(folder, 'absent.json'))).rejects.toMatchObject({ code: 'unreadable' })
  })
})

test('the first key signs, all verify; after rotation the old one is unknown', async () => {
  const path = await write('rotating.json', { keys: [first] })
  const ring = await openKeyRing(path)
  expect(ring.signing().kid).toBe(first.kid)
  expect(ring.verifying(second.kid)).toBeNull()
  expect(await ring.reloadIfChanged()).toBe(false)

  await rename(await write('next.json', { keys: [second, first] }), path)
  expect(await ring.reloadIfChanged()).toBe(true)
  expect(ring.signing().kid).toBe(second.kid)
  expect(ring.verifying(first.kid)).not.toBeNull()

  await write('rotating.json', { keys: [second] })
  await ring.reload()
  expect(ring.verifying(first.kid)).toBeNull()
  expect(ring.verifying(undefined)).toBeNull()
})

test('a broken file keeps the keys in memory', async () => {
  const path = await write('broken.json', { keys: [first] })
  const ring = await openKeyRing(path)
  await write('broken.json', '{"keys": [')
  await expect(ring.reload()).rejects.toBeInstanceOf(KeyFileError)
  expect(ring.signing().kid).toBe(first.kid)
})

test('a seal of a rotated-out key is void', async () => {
  const path = await write('seal.json', { keys: [first] })
  const ring = await openKeyRing(path)
  const seal = ring.seal('position')
  await write('seal.json', { keys: [second, first] })
  await ring.reload()
  expect(ring.isSealed('position', seal)).toBe(true)
  await write('seal.json', { keys: [second] })
  await ring.reload()
  expect(ring.isSealed('position', seal)).toBe(false)
})
