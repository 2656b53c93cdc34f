// The way of a mail against real mail servers: each step passes or is named.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Secret } from '@deye-hard/config'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, test } from 'vitest'
import { checkSmtp, type SmtpServer } from '../../src/alert-test/smtp-check.ts'
import { runOps } from '../run-ops.ts'

const open: { close: (done: () => void) => void }[] = []
const folder = mkdtempSync(join(tmpdir(), 'smtp-check-'))
const certificate = makeCertificate()

afterEach(async () => {
  for (const server of open.splice(0)) await new Promise<void>(done => server.close(done))
})

test('a host that does not exist fails at DNS and goes no further', async () => {
  expect(outcomes(await checkSmtp(at({ host: 'mail.invalid', port: 587 })))).toEqual(['DNS failed'])
})

test('a closed port fails at TCP', async () => {
  const port = await closedPort()
  expect(outcomes(await checkSmtp(at({ port })))).toEqual(['DNS passed', 'TCP failed'])
})

test('a server without STARTTLS fails at TLS, unless that is allowed', async () => {
  const port = await listen({ disabledCommands: ['STARTTLS'], authOptional: true })
  expect(outcomes(await checkSmtp(at({ port })))).toEqual(['DNS passed', 'TCP passed', 'TLS failed'])
  expect(outcomes(await checkSmtp(at({ port, requireTls: false })))).toEqual([
    'DNS passed',
    'TCP passed',
    'TLS skipped',
    'AUTH skipped',
  ])
})

test('a certificate that nobody vouches for fails at TLS', async () => {
  const steps = await checkSmtp(at({ port: await listen({}) }))
  expect(outcomes(steps)).toEqual(['DNS passed', 'TCP passed', 'TLS failed'])
})

test('something that is not a mail server fails at TLS, where the greeting is due', async () => {
  const server = createServer(socket => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  open.push(server)
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  expect(outcomes(await checkSmtp(at({ port })))).toEqual(['DNS passed', 'TCP passed', 'TLS failed'])
})

describe.skipIf(certificate === null)('with a certificate that is trusted', () => {
  const env = { NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem'), SMTP_HOST: 'localhost', SMTP_USERNAME: 'ops' }
  const smtp = (password: string): SMTPServerOptions => ({
    ...certificate,
    onAuth: (auth, _session, done) =>
      auth.password === password ? done(null, { user: auth.username! }) : done(new Error('Invalid password')),
  })

  test('STARTTLS and the login pass', async () => {
    const port = await listen(smtp('right-password'))
    const { code, stdout } = await runOps(['alert-test', '--smtp-only', '--json'], {
      env: { ...env, SMTP_PORT: String(port), SMTP_PASSWORD: 'right-password' },
    })
    expect(code).toBe(0)
    expect(outcomes((JSON.parse(stdout) as { smtp: [] }).smtp)).toEqual([
      'DNS passed',
      'TCP passed',
      'TLS passed',
      'AUTH passed',
    ])
  })

  test('a wrong password is named with exit code and way out, and not printed', async () => {
    const port = await listen(smtp('right-password'))
    const { code, stdout, stderr } = await runOps(['alert-test', '--smtp-only'], {
      env: { ...env, SMTP_PORT: String(port), SMTP_PASSWORD: 'wrong-password' },
    })
    expect(code).toBe(78)
    expect(stdout).toBe('')
    expect(stderr).toContain('SMTP TLS: passed (STARTTLS)')
    expect(stderr).toContain('fails at AUTH (Invalid login: 535 Invalid password)')
    expect(stderr).not.toContain('wrong-password')
  })
})

test('an unreachable mail server ends with 69', async () => {
  const port = String(await closedPort())
  const { code, stderr } = await runOps(['alert-test', '--smtp-only'], {
    env: { SMTP_HOST: '127.0.0.1', SMTP_PORT: port },
  })
  expect(code).toBe(69)
  expect(stderr).toContain('fails at TCP')
})

function at(server: Partial<SmtpServer>): SmtpServer {
  return {
    host: '127.0.0.1',
    port: 0,
    username: undefined,
    password: undefined as Secret | undefined,
    requireTls: true,
    ...server,
  }
}

function outcomes(steps: { step: string; outcome: string }[]): string[] {
  return steps.map(({ step, outcome }) => `${step} ${outcome}`)
}

async function listen(options: SMTPServerOptions): Promise<number> {
  const server = new SMTPServer({ logger: false, ...options })
  // A client that breaks off is what some tests are about.
  server.on('error', () => {})
  open.push(server)
  await new Promise<void>(done => server.listen(0, 'localhost', done))
  return (server.server.address() as { port: number }).port
}

async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  await new Promise(done => server.close(done))
  return port
}

/** null where there is no openssl: Node cannot make certificates. */
function makeCertificate(): { key: Buffer; cert: Buffer } | null {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const options = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-days', '2']
  try {
    execFileSync(
      'openssl',
      ['req', ...options, '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert],
      { stdio: 'ignore' },
    )
    return { key: readFileSync(key), cert: readFileSync(cert) }
  } catch {
    process.stderr.write('No openssl here: STARTTLS with a trusted certificate is not tested.\n')
    return null
  }
}
