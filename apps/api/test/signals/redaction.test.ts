// Nothing personal and no secret leaves in any signal: planted in every input, on good and on failing paths, at the most talkative level.
import { request } from 'node:http'
import { connect } from 'node:net'
import { waitUntil } from '@deye-hard/testkit'
import { expect, test } from 'vitest'
import { PASSWORD } from '../harness.ts'
import { batch, readingMessage } from '../messages.ts'
import { observeApi, undeclared } from './observed-api.ts'

const LOGGER = 2_700_000_601
const EMAIL = 'planted.person@mail.example'
/** Texts that no pattern would know as secrets. */
const PLANTED = {
  email: EMAIL,
  otherEmail: 'somebody.else@mail.example',
  wrongPassword: 'Planted-Wr0ng-Pass',
  opaque: 'PlantedOpaqueToken0123456789abcdefghijkl',
  jwt: 'eyJhbGciOiJFZERTQSJ9.UGxhbnRlZA.UGxhbnRlZFNpZw',
  ssid: 'PlantedHomeNet',
  mac: 'DE:AD:BE:EF:00:42',
}
const api = await observeApi({ LOG_LEVEL: 'trace' })
const { receiver, harness } = api
const owner = await harness.addUser(EMAIL)
await harness.addPlant(owner, LOGGER)
const frame = Buffer.from(`planted frame ${PLANTED.ssid}`).toString('base64')
/** Made by the API or the harness while the test runs. */
const issued: string[] = [PASSWORD, frame, frame.slice(0, 20)]

const headers = {
  'user-agent': `${PLANTED.email} ${PLANTED.opaque}`,
  'x-forwarded-for': PLANTED.opaque,
  'x-request-id': PLANTED.email,
  cookie: `session=${PLANTED.opaque}`,
  origin: `http://${PLANTED.opaque}.example`,
  referer: `http://mail.example/?password=${PLANTED.wrongPassword}`,
  'if-none-match': `"${PLANTED.opaque}"`,
  tracestate: `planted=${PLANTED.opaque}`,
  traceparent: PLANTED.opaque,
  baggage: `user=${PLANTED.otherEmail}`,
}
const query = `?${new URLSearchParams({ ...PLANTED, password: PLANTED.wrongPassword, token: PLANTED.jwt })}`

test('no signal holds what was planted', async () => {
  await goodPaths()
  await refusedPaths()
  await brokenPaths()
  const { metricsUrl } = api
  const scraped = await (await fetch(metricsUrl)).text()
  await receiver.waitForLog(({ body }) => body === 'request failed')
  await receiver.waitForMetric('solar.auth.login_failures', ({ value }) => value! > 0)
  const spans = await settled()

  const signals = {
    stdout: api.process.stdout.join('\n'),
    stderr: api.process.stderr.join('\n'),
    spans: JSON.stringify(receiver.spans),
    logs: JSON.stringify(receiver.logs),
    metrics: JSON.stringify(receiver.metrics),
    scraped,
  }
  expect(spans).toBeGreaterThan(30)
  for (const signal of [signals.stdout, signals.logs, signals.spans])
    expect(signal).toContain('nobody may be called')
  for (const [signal, text] of Object.entries(signals)) {
    for (const secret of [...Object.values(PLANTED), ...issued]) {
      const at = text.indexOf(secret)
      expect(at < 0 ? '' : text.slice(Math.max(0, at - 200), at + 60), `${signal}: ${secret}`).toBe('')
    }
  }
  expect(undeclared(receiver)).toEqual([])
})

async function goodPaths(): Promise<void> {
  const session = await api.login(EMAIL)
  const client = await harness.addClient(['measurements:write', 'loggers:read'])
  const answer = await api.call('/api/service/token', { body: client, headers })
  const { access_token: service } = (await answer.json()) as { access_token: string }
  issued.push(session.access_token, session.refresh_token, service, client.client_secret)
  for (const path of ['/api/me', '/api/dashboard', '/api/inverters', '/api/openapi.json'])
    expect((await api.call(path, { token: session.access_token, headers })).status).toBe(200)
  const refreshed = await api.call('/api/auth/refresh', {
    body: { refresh_token: session.refresh_token },
    headers,
  })
  const next = (await refreshed.json()) as typeof session
  issued.push(next.access_token, next.refresh_token)
  const named = event({ ssid: PLANTED.ssid, mac: PLANTED.mac })
  const nameless = event({ note: `${PLANTED.ssid} ${PLANTED.mac} ${PLANTED.email}` })
  const reading = { ...readingMessage(LOGGER, new Date()), frame }
  const messages = [named, nameless, reading, { ...nameless, seq: 9_001, logger_serial: 999 }]
  const sent = await api.call('/api/measurements', { token: service, body: batch(messages), headers })
  expect(await sent.json()).toMatchObject({ stored: 2, quarantined: 2 })
  await api.call('/api/auth/logout', { body: { refresh_token: next.refresh_token }, headers })
}

function event(data: object) {
  const { reading: _reading, ...envelope } = readingMessage(LOGGER, new Date())
  return { ...envelope, frame, kind: 'event', event: { event_type: 'hello', acquired_at: null, data } }
}

async function refusedPaths(): Promise<void> {
  const token = await api.serviceToken(['measurements:write'])
  const bodies: [string, unknown, string?][] = [
    ['/api/auth/login', { email: PLANTED.otherEmail, password: PLANTED.wrongPassword }],
    ['/api/auth/login', { email: EMAIL, password: PLANTED.wrongPassword }],
    ['/api/auth/login', { email: PLANTED.opaque, password: 7, [PLANTED.opaque]: PLANTED.jwt }],
    ['/api/auth/refresh', { refresh_token: PLANTED.opaque }],
    ['/api/auth/logout', { refresh_token: PLANTED.opaque }],
    ['/api/service/token', { client_id: PLANTED.opaque, client_secret: PLANTED.wrongPassword }],
    ['/api/measurements', { batch_id: PLANTED.opaque, collector_id: PLANTED.email, messages: [] }, token],
    ['/api/measurements', batch([PLANTED, { ...event({}), frame: PLANTED.ssid }, PLANTED.opaque]), token],
  ]
  for (const [path, body, bearer] of bodies)
    await api.call(path + query, { body, headers, ...(bearer === undefined ? {} : { token: bearer }) })
  const paths = [
    `/api/inverter/${PLANTED.opaque}`,
    `/api/${EMAIL}`,
    `/${PLANTED.ssid}`,
    `/api/docs/static/${PLANTED.opaque}`,
  ]
  for (const path of [...paths, `/api/%zz${PLANTED.opaque}`, '/api/me', '/health/ready', '/api/measurements'])
    await api.call(path + query, { token: PLANTED.jwt, headers })
  await api.call(`/api/me${query}`, { token: PLANTED.opaque, headers })
  await raw('POST', '/api/auth/login', `{"email":"${EMAIL}","password":"${PLANTED.wrongPassword}"`)
  await raw('PROPFIND', `/api/${PLANTED.opaque}`, '')
  await garbage()
}

async function brokenPaths(): Promise<void> {
  const logIn = () =>
    api.call(`/api/auth/login${query}`, { body: { email: EMAIL, password: PASSWORD }, headers })
  // PostgreSQL quotes the whole row in the detail of this error.
  await harness.sql.query('ALTER TABLE session_family ADD CONSTRAINT planted CHECK (user_id < 0) NOT VALID')
  expect((await logIn()).status).toBe(500)
  await harness.sql.query('ALTER TABLE session_family DROP CONSTRAINT planted')
  await harness.sql.query(`
    CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'nobody may be called ${EMAIL}'; END $$;
    CREATE TRIGGER planted BEFORE INSERT ON session_family FOR EACH ROW EXECUTE FUNCTION planted()`)
  expect((await logIn()).status).toBe(500)
  await harness.sql.query('DROP FUNCTION planted() CASCADE')
}

/** Waits until nothing new comes, and says how many spans there are. */
async function settled(): Promise<number> {
  await api.call('/api/openapi.json', { headers: { 'x-request-id': 'the-last-request' } })
  await receiver.waitForSpan(({ attributes }) => attributes['request.id'] === 'the-last-request')
  await waitUntil(() => api.process.stdout.some(line => line.includes('the-last-request')))
  return receiver.spans.length
}

function raw(method: string, path: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const all = { ...headers, 'content-type': 'application/json', host: `${PLANTED.opaque}.example` }
    const sent = request(api.url + path + query, { method, headers: all }, answer => {
      answer.resume().on('end', resolve)
    })
    sent.on('error', reject).end(body)
  })
}

function garbage(): Promise<void> {
  const { port } = new URL(api.url)
  return new Promise(resolve => {
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.end(`${PLANTED.email} ${PLANTED.opaque}\r\n${PLANTED.jwt}: x\r\n\r\n`),
    )
    socket
      .on('close', () => resolve())
      .on('error', () => {})
      .resume()
  })
}
