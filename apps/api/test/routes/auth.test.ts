// Log-in gives nothing away, refresh tokens rotate and detect reuse, log-out and disabling end a session at once.
import { describe, expect, test } from 'vitest'
import { bearer, openHarness, PASSWORD, type Session } from '../harness.ts'

const harness = await openHarness()
const app = await harness.buildApp()
await harness.addUser('owner@example.org')

const post = (url: string, payload: object) => app.inject({ method: 'POST', url, payload })
const refresh = (token: string) => post('/api/auth/refresh', { refresh_token: token })
const me = ({ access_token }: Session) => app.inject({ url: '/api/me', headers: bearer(access_token) })

describe('login', () => {
  test('gives a session whose access token opens /api/me', async () => {
    const answer = await post('/api/auth/login', { email: 'Owner@Example.org', password: PASSWORD })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.json()).toMatchObject({ token_type: 'Bearer', expires_in: 900 })
    expect(Buffer.from(answer.json().refresh_token, 'base64url')).toHaveLength(32)
    expect((await me(answer.json())).json()).toMatchObject({ email: 'owner@example.org', role: 'user' })
  })

  test('answers alike for a wrong password, an unknown and a disabled account', async () => {
    await harness.addUser('gone@example.org')
    await harness.store.users.disable('gone@example.org')
    const answers = await Promise.all([
      post('/api/auth/login', { email: 'owner@example.org', password: 'wrong' }),
      post('/api/auth/login', { email: 'nobody@example.org', password: PASSWORD }),
      post('/api/auth/login', { email: 'gone@example.org', password: PASSWORD }),
    ])
    const shapes = answers.map(answer => ({ ...answer.json(), request_id: '' }))
    expect(shapes[0]).toMatchObject({ status: 401, type: 'urn:deye-hard:problem:invalid_credentials' })
    expect(shapes[1]).toEqual(shapes[0])
    expect(shapes[2]).toEqual(shapes[0])
    for (const reason of ['wrong_password', 'unknown_user', 'disabled'] as const)
      expect(app.counters.get('login_failures', reason)).toBe(1)
  })

  test('an unknown account costs a whole password check', async () => {
    // Strong enough that the check is most of the time, weak enough for a test.
    const slow = await harness.buildApp({ ARGON2_MEMORY_KIB: '32768', ARGON2_PASSES: '3' })
    const passwordHash = await slow.passwords.hash(PASSWORD)
    await harness.store.users.add({ email: 'slow@example.org', passwordHash, role: 'user' })
    const times: Record<string, number[]> = { 'slow@example.org': [], 'nobody@example.org': [] }
    for (let round = 0; round < 5; round += 1) {
      for (const [email, measured] of Object.entries(times)) {
        const startMs = performance.now()
        const payload = { email, password: 'wrong' }
        await slow.inject({ method: 'POST', url: '/api/auth/login', payload })
        measured.push(performance.now() - startMs)
      }
    }
    const [known, unknown] = Object.values(times).map(measured => measured.sort((a, b) => a - b)[2]!)
    // Without the check the answer would come in a hundredth of the time; a busy machine costs a factor of two.
    expect(unknown! / known!).toBeGreaterThan(0.3)
  })

  test('names the field that is wrong, never its value', async () => {
    const answer = await post('/api/auth/login', { email: 'no-address', password: PASSWORD })
    expect(answer.statusCode).toBe(400)
    expect(answer.json().errors).toEqual([
      { field: 'email', form: 'a text of 10 characters', expected: 'an e-mail address' },
    ])
    const surplus = await post('/api/auth/login', { email: 'a@example.org', password: 'x', otp: 1 })
    expect(surplus.json().errors).toEqual([
      { field: 'otp', form: 'an unknown field', expected: 'only email, password' },
    ])
    const empty = await post('/api/auth/login', {})
    expect(empty.json().errors).toEqual([{ field: 'email', form: 'nothing', expected: 'a value' }])
  })
})

describe('refresh', () => {
  test('rotates: each token works once and the session goes on', async () => {
    const session = await harness.login(app, 'owner@example.org')
    const next = await refresh(session.refresh_token)
    expect(next.statusCode).toBe(200)
    expect(next.json().refresh_token).not.toBe(session.refresh_token)
    expect((await me(next.json())).statusCode).toBe(200)
    expect((await refresh(next.json().refresh_token)).statusCode).toBe(200)
  })

  test('a reused token ends the whole family, access tokens included', async () => {
    const session = await harness.login(app, 'owner@example.org')
    const other = await harness.login(app, 'owner@example.org')
    const next = (await refresh(session.refresh_token)).json() as Session
    const reused = await refresh(session.refresh_token)
    expect(reused.statusCode).toBe(401)
    expect(reused.json().type).toBe('urn:deye-hard:problem:refresh_token_reused')
    expect((await refresh(next.refresh_token)).statusCode).toBe(401)
    expect((await me(next)).statusCode).toBe(401)
    expect((await me(other)).statusCode).toBe(200)
    expect(app.counters.get('token_refreshes', 'reused')).toBe(1)
  })

  test('of two uses at the same moment at most one wins', async () => {
    const session = await harness.login(app, 'owner@example.org')
    const answers = await Promise.all([1, 2, 3].map(() => refresh(session.refresh_token)))
    expect(answers.filter(({ statusCode }) => statusCode === 200).length).toBeLessThanOrEqual(1)
  })

  test('an unknown and an expired token are refused', async () => {
    expect((await refresh('unknown')).json().type).toBe('urn:deye-hard:problem:invalid_refresh_token')
    const brief = await harness.buildApp({ REFRESH_TOKEN_TTL: '1s' })
    const session = await harness.login(brief, 'owner@example.org')
    harness.clock.advance(2_000)
    const answer = await refresh(session.refresh_token)
    expect(answer.statusCode).toBe(401)
    expect(app.counters.get('sessions_expired', 'refresh_token')).toBe(1)
  })

  test('a disabled user is out at once', async () => {
    await harness.addUser('leaver@example.org')
    const session = await harness.login(app, 'leaver@example.org')
    expect((await me(session)).statusCode).toBe(200)
    await harness.store.users.disable('leaver@example.org')
    expect((await refresh(session.refresh_token)).statusCode).toBe(401)
    expect((await me(session)).statusCode).toBe(401)
  })
})

test('logout ends the session even where the access check remembers it, and says nothing about unknown tokens', async () => {
  const remembering = await harness.buildApp({ ACCESS_CACHE_TTL: '60s' })
  const session = await harness.login(remembering, 'owner@example.org')
  const look = () => remembering.inject({ url: '/api/me', headers: bearer(session.access_token) })
  expect((await look()).statusCode).toBe(200)
  const logout = (token: string) =>
    remembering.inject({ method: 'POST', url: '/api/auth/logout', payload: { refresh_token: token } })
  expect((await logout(session.refresh_token)).statusCode).toBe(204)
  expect((await look()).statusCode).toBe(401)
  expect((await refresh(session.refresh_token)).statusCode).toBe(401)
  expect((await logout('unknown')).statusCode).toBe(204)
})

test('no log line holds a password, a token or an e-mail address', async () => {
  const before = harness.logs.length
  const session = await harness.login(app, 'owner@example.org')
  await me(session)
  await refresh('unknown')
  await post('/api/auth/login', { email: 'owner@example.org', password: 'not my password' })
  const lines = harness.logs.slice(before)
  expect(lines.length).toBeGreaterThanOrEqual(4)
  const text = JSON.stringify(lines)
  for (const secret of [PASSWORD, 'not my password', '@example.org', 'eyJ'])
    expect(text).not.toContain(secret)
})
