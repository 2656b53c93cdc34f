// `ops user`, as processes against a real database.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { openStore } from '@deye-hard/store'
import { createTestDatabase, type TestDatabase, waitUntil } from '@deye-hard/testkit'
import { verify } from '@node-rs/argon2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerOf, NODE_OPTIONS, OPS_ENTRY, runOps } from '../run-ops.ts'

const PASSWORD = 'correct horse battery'
let database: TestDatabase
let env: Record<string, string>

beforeAll(async () => {
  database = await createTestDatabase()
  env = { DATABASE_URL: database.url }
  await answerOf(['migrate'], { env })
})
afterAll(() => database?.drop())

test('add takes the password from stdin and keeps only its argon2id hash', async () => {
  const added = await answerOf(['user', 'add', 'Anna@Example.org', '--role', 'admin'], {
    env,
    stdin: `${PASSWORD}\n`,
  })
  expect(added).toMatchObject({ outcome: 'added', email: 'anna@example.org', role: 'admin' })
  const user = await withStore(store => store.users.findByEmail('anna@example.org'))
  expect(user?.role).toBe('admin')
  expect(user?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await verify(user!.passwordHash, PASSWORD)).toBe(true)
})

test('the same address again is refused in one sentence, exit 1', async () => {
  const { code, stderr } = await runOps(['user', 'add', 'ANNA@example.org'], { env, stdin: `${PASSWORD}\n` })
  expect(code).toBe(1)
  expect(stderr).toMatch(/^There is a user anna@example\.org already, nothing was changed: .*\n$/)
})

test.each([
  ['', 'No password came on standard input'],
  ['too short\n', 'has 9 characters, it needs at least 12'],
  [`${'x'.repeat(1_025)}\n`, 'at most 1024 are taken'],
  ['x'.repeat(5_000), 'More than 4096 bytes came'],
])('a password that does not do is refused, exit 2 (%#)', async (stdin, reason) => {
  const { code, stderr } = await runOps(['user', 'add', 'ben@example.org'], { env, stdin })
  expect(stderr).toContain(reason)
  expect(code).toBe(2)
  expect(await withStore(store => store.users.findByEmail('ben@example.org'))).toBeNull()
})

test('a password is no option', async () => {
  const { code, stderr } = await runOps(['user', 'add', 'ben@example.org', '--password', PASSWORD], { env })
  expect(code).toBe(2)
  expect(stderr).toContain("unknown option '--password'")
})

test.skipIf(spawnSync('script', ['--version']).status !== 0)(
  'on a terminal the password is asked twice and never shown',
  async () => {
    const command = [process.execPath, ...NODE_OPTIONS, OPS_ENTRY, 'user', 'add', 'tty@example.org']
    const quoted = command.map(part => `'${part}'`).join(' ')
    const terminal = spawn('script', ['-qec', quoted, '/dev/null'], { env: { ...process.env, ...env } })
    let shown = ''
    terminal.stdout.setEncoding('utf8').on('data', text => {
      shown += text
    })
    await waitUntil(() => shown.includes('characters): '))
    // Backspace takes the x back.
    terminal.stdin.write(`${PASSWORD}x\u007f\r`)
    await waitUntil(() => shown.includes('The same again: '))
    terminal.stdin.write(`${PASSWORD}\r`)
    await once(terminal, 'close')
    expect(shown).toContain('Added tty@example.org')
    expect(shown).not.toContain('horse')
  },
)

test('list shows role and state; disable ends an account once', async () => {
  await answerOf(['user', 'add', 'carl@example.org'], { env, stdin: `${PASSWORD}\r\n` })
  expect(await answerOf(['user', 'disable', 'carl@example.org'], { env })).toMatchObject({
    outcome: 'disabled',
  })
  expect(await answerOf(['user', 'disable', 'carl@example.org'], { env })).toMatchObject({
    outcome: 'already_disabled',
  })
  const { users } = (await answerOf(['user', 'list'], { env })) as {
    users: { email: string; role: string; disabled_at: string | null }[]
  }
  const carl = users.find(user => user.email === 'carl@example.org')
  expect(carl).toMatchObject({ role: 'user', disabled_at: expect.stringMatching(/^20/) })
  expect(users.find(user => user.email === 'anna@example.org')?.disabled_at).toBeNull()
  expect(JSON.stringify(users)).not.toContain('argon2')
})

test('disable of nobody ends with 1', async () => {
  const { code, stderr } = await runOps(['user', 'disable', 'nobody@example.org'], { env })
  expect(code).toBe(1)
  expect(stderr).toContain('There is no user nobody@example.org')
})

async function withStore<T>(use: (store: ReturnType<typeof openStore>) => Promise<T>): Promise<T> {
  const store = openStore({ databaseUrl: database.url, databasePoolMax: 1 })
  try {
    return await use(store)
  } finally {
    await store.close()
  }
}
