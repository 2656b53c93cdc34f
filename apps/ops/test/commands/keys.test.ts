// `ops keys`: the file that the API reads, written whole and for its owner only.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importJWK, jwtVerify, SignJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerOf, runOps } from '../run-ops.ts'

let folder: string
let env: Record<string, string>

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ops keys '))
  env = { JWT_KEYS_FILE: join(folder, 'new', 'keys.json') }
})
afterAll(() => rmSync(folder, { recursive: true }))

function storedKeys(): { kid: string; d: string; x: string }[] {
  return JSON.parse(readFileSync(env.JWT_KEYS_FILE!, 'utf8')).keys
}

test('generate makes a usable Ed25519 key that only the owner may read', async () => {
  const { kid } = await answerOf(['keys', 'generate'], { env })
  expect(statSync(env.JWT_KEYS_FILE!).mode & 0o777).toBe(0o600)
  const [key] = storedKeys()
  expect(key).toMatchObject({ kid, kty: 'OKP', crv: 'Ed25519', created: expect.stringMatching(/^20.*Z$/) })
  const { d: _, ...publicKey } = key!
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'EdDSA' })
    .sign(await importJWK(key!, 'EdDSA'))
  await expect(jwtVerify(token, await importJWK(publicKey, 'EdDSA'))).resolves.toBeDefined()
})

test('generate leaves an existing file alone', async () => {
  const before = readFileSync(env.JWT_KEYS_FILE!, 'utf8')
  const { code, stderr } = await runOps(['keys', 'generate'], { env })
  expect(code).toBe(1)
  expect(stderr).toContain('has keys already, nothing was changed')
  expect(readFileSync(env.JWT_KEYS_FILE!, 'utf8')).toBe(before)
})

test('rotate puts a new key first, keeps the last ones and leaves no other file', async () => {
  const [first] = storedKeys()
  const second = await answerOf(['keys', 'rotate'], { env })
  expect(storedKeys().map(key => key.kid)).toEqual([second.kid, first!.kid])
  const third = await answerOf(['keys', 'rotate', '--keep', '2'], { env })
  expect(third.dropped).toEqual([first!.kid])
  expect(storedKeys().map(key => key.kid)).toEqual([third.kid, second.kid])
  expect(readdirSync(join(folder, 'new'))).toEqual(['keys.json'])
})

test('list never shows a private part', async () => {
  const { code, stdout } = await runOps(['keys', 'list', '--json'], { env })
  expect(code).toBe(0)
  expect(JSON.parse(stdout).keys.map((key: { use: string }) => key.use)).toEqual(['signs', 'verifies'])
  for (const key of storedKeys()) expect(stdout).not.toContain(key.d)
})

test.each(['{', '{}', '{"keys":[]}', '{"keys":[{"kty":"RSA","kid":"a"}]}', 'null'])(
  'a file with %s is refused, exit 78, and kept',
  async content => {
    const file = join(folder, 'other.json')
    writeFileSync(file, content)
    const { code, stderr } = await runOps(['keys', 'rotate', '--file', file])
    expect(code).toBe(78)
    expect(stderr).toContain('does not hold {"keys"')
    expect(readFileSync(file, 'utf8')).toBe(content)
  },
)

test('without a file there is one sentence, exit 2', async () => {
  const { code, stderr } = await runOps(['keys', 'list'])
  expect(code).toBe(2)
  expect(stderr).toBe('Which key file: give --file PATH or set JWT_KEYS_FILE to it.\n')
})
