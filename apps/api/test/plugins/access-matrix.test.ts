// Every route × every kind of caller: the table is complete, or this fails.
import { createPublicKey } from 'node:crypto'
import Fastify from 'fastify'
import { importJWK, type JWK, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { generateSigningKey } from '../../src/keys.ts'
import type { App } from '../../src/parts.ts'
import { access } from '../../src/plugins/access.ts'
import { openHarness, PASSWORD } from '../harness.ts'
import { batch, readingMessage } from '../messages.ts'

const CALLERS = [
  'owner',
  'stranger',
  'admin',
  'service',
  'service_without_scope',
  'anonymous',
  'expired',
  'forged',
  'alg_none',
  'alg_hs256',
  'alg_es256',
  'no_kid',
  'rotated_out',
  'disabled',
  'logged_out',
  'disabled_service',
  'garbage',
] as const
type Caller = (typeof CALLERS)[number]

interface Row {
  /** Path with the parameters filled in. */
  path?: string
  payload?: object
  status: Record<Caller, number>
  /** Which of the callers that get 200 see the owner's inverter. */
  sees?: Partial<Record<Caller, boolean>>
}

const LOGGER = 2_700_000_001
const harness = await openHarness()
const [signing, retired] = [await generateSigningKey(), await generateSigningKey()]
const keysFile = await harness.writeKeys('matrix.json', [signing, retired])
const app = await harness.buildApp({}, { keysFile })
const owner = await harness.addUser('owner@example.org')
await harness.addUser('stranger@example.org')
await harness.addUser('admin@example.org', 'admin')
await harness.addUser('disabled@example.org')
const { inverterId } = await harness.addPlant(owner, LOGGER)

const refused = Object.fromEntries(CALLERS.map(caller => [caller, 401])) as Record<Caller, number>
const everyone = (status: number) =>
  Object.fromEntries(CALLERS.map(caller => [caller, status])) as Row['status']
const users = (status: number, stranger = status): Row['status'] => {
  return { ...refused, owner: status, admin: status, stranger }
}
const services = (status: number): Row['status'] => ({
  ...refused,
  service: status,
  service_without_scope: 403,
})
const ownerAndAdmin = { owner: true, admin: true, stranger: false }

const TABLE: Record<string, Row> = {
  'GET /health/live': { status: everyone(200) },
  'GET /health/ready': { status: everyone(200) },
  'GET /api/openapi.json': { status: everyone(200) },
  'GET /api/docs': { status: everyone(200) },
  'GET /api/docs/json': { status: everyone(200) },
  'GET /api/docs/yaml': { status: everyone(200) },
  'GET /api/docs/static/index.html': { status: everyone(302) },
  'GET /api/docs/static/swagger-initializer.js': { status: everyone(200) },
  'GET /api/docs/static/*': { path: '/api/docs/static/index.css', status: everyone(200) },
  'HEAD /api/docs/static/*': { path: '/api/docs/static/index.css', status: everyone(200) },
  'POST /api/auth/login': {
    payload: { email: 'owner@example.org', password: PASSWORD },
    status: everyone(200),
  },
  'POST /api/auth/refresh': { payload: { refresh_token: 'unknown' }, status: everyone(401) },
  'POST /api/auth/logout': { payload: { refresh_token: 'unknown' }, status: everyone(204) },
  'POST /api/service/token': { payload: { client_id: 'x', client_secret: 'y' }, status: everyone(401) },
  'GET /api/me': { status: users(200) },
  'GET /api/inverters': { status: users(200), sees: ownerAndAdmin },
  'GET /api/inverter/:id': {
    path: `/api/inverter/${inverterId}`,
    status: users(200, 404),
    sees: ownerAndAdmin,
  },
  'GET /api/measurements': {
    path: `/api/measurements?inverter_id=${inverterId}&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z`,
    status: users(200, 404),
  },
  'GET /api/dashboard': { status: users(200), sees: ownerAndAdmin },
  'GET /api/service/loggers': { status: services(200) },
  'POST /api/measurements': { status: services(200) },
}

const tokens = await makeTokens()

test('the table names every route and no other', () => {
  const registered = app.routeTable.map(({ method, url }) => `${method} ${url}`)
  expect([...registered].sort()).toEqual(Object.keys(TABLE).sort())
})

test('a route that does not declare its access does not register', async () => {
  const bare = Fastify() as unknown as App
  await bare.register(access)
  expect(() => bare.get('/api/forgotten', async () => 'secret')).toThrow('does not declare its access')
  bare.get('/api/declared', { config: { access: 'anonymous' } }, async () => 'open')
  expect((await bare.inject('/api/declared')).body).toBe('open')
})

describe.each(Object.entries(TABLE))('%s', (route, row) => {
  test.each(CALLERS)('%s', async caller => {
    const [method, url] = route.split(' ') as ['GET' | 'POST', string]
    const token = tokens[caller]
    const answer = await app.inject({
      method,
      url: row.path ?? url,
      ...(method === 'POST' ? { payload: payloadFor(route, row) } : {}),
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
    })
    expect(answer.statusCode, answer.body).toBe(row.status[caller])
    if (answer.statusCode >= 400) expect(answer.headers['content-type']).toContain('application/problem+json')
    const sees = row.sees?.[caller]
    if (sees !== undefined) expect(answer.body.includes(`Inverter ${LOGGER}`)).toBe(sees)
  })
})

/** A batch is new each time. */
function payloadFor(route: string, row: Row): object {
  return route === 'POST /api/measurements'
    ? batch([readingMessage(LOGGER, harness.clock())])
    : (row.payload ?? {})
}

async function makeTokens(): Promise<Record<Caller, string | null>> {
  const login = async (email: string) => (await harness.login(app, email)).access_token
  const disabled = await login('disabled@example.org')
  await harness.store.users.disable('disabled@example.org')
  const loggedOut = await harness.login(app, 'owner@example.org')
  const { refresh_token } = loggedOut
  await app.inject({ method: 'POST', url: '/api/auth/logout', payload: { refresh_token } })
  const valid = await login('owner@example.org')
  const disabledService = await harness.serviceToken(
    app,
    ['measurements:write', 'loggers:read'],
    'disabled-service',
  )
  await harness.sql.query(
    `UPDATE service_client SET disabled_at = now() WHERE client_id = 'disabled-service'`,
  )
  const rotatedOut = await signLike(valid, retired, retired.kid)
  await harness.writeKeys('matrix.json', [signing])
  await app.keys.reload()
  return {
    owner: valid,
    stranger: await login('stranger@example.org'),
    admin: await login('admin@example.org'),
    service: await harness.serviceToken(app, ['measurements:write', 'loggers:read']),
    service_without_scope: await harness.serviceToken(app, ['something:else']),
    anonymous: null,
    expired: await signLike(valid, signing, signing.kid, -3_600),
    forged: await signLike(valid, await generateSigningKey(), signing.kid),
    alg_none: new UnsecuredJWT(claimsOf(valid)).encode(),
    alg_hs256: await signWithPublicKey(valid),
    alg_es256: await signWithOtherCurve(valid),
    no_kid: await signLike(valid, signing, undefined),
    rotated_out: rotatedOut,
    disabled,
    logged_out: loggedOut.access_token,
    disabled_service: disabledService,
    garbage: 'not.a.token',
  }
}

function claimsOf(token: string): Record<string, number | string> {
  return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())
}

/** The claims of a good token, signed by another hand or for another hour. */
async function signLike(token: string, key: JWK, kid: string | undefined, shiftS = 0): Promise<string> {
  const claims = claimsOf(token)
  const times = ['iat', 'nbf', 'exp'].map(name => [name, (claims[name] as number) + shiftS])
  return new SignJWT({ ...claims, ...Object.fromEntries(times) })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', ...(kid === undefined ? {} : { kid }) })
    .sign(await importJWK(key, 'EdDSA'))
}

/** The classic confusion: the public key, which everybody may know, used as the secret of an HMAC. */
async function signWithPublicKey(token: string): Promise<string> {
  const { kty, crv, x } = signing as Required<JWK>
  const pem = createPublicKey({ key: { kty, crv, x }, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
  return new SignJWT(claimsOf(token))
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: signing.kid })
    .sign(Buffer.from(pem))
}

async function signWithOtherCurve(token: string): Promise<string> {
  const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])
  return new SignJWT(claimsOf(token))
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: signing.kid })
    .sign(privateKey)
}
