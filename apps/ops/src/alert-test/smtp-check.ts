// Goes the way of an alert mail step by step, so that the step that fails is named: DNS, TCP, TLS, AUTH.
import { lookup } from 'node:dns/promises'
import { connect } from 'node:net'
import type { Secret } from '@deye-hard/config'
import SMTPConnection from 'nodemailer/lib/smtp-connection'

const STEP_LIMIT_MS = 10_000
/** Port of SMTP with TLS from the first byte; SigNoz takes it so too. */
const IMPLICIT_TLS_PORT = 465

export interface SmtpServer {
  host: string
  port: number
  username: string | undefined
  password: Secret | undefined
  requireTls: boolean
}

export const SMTP_STEPS = ['DNS', 'TCP', 'TLS', 'AUTH'] as const
export type SmtpStepName = (typeof SMTP_STEPS)[number]

export interface SmtpStep {
  step: SmtpStepName
  outcome: 'passed' | 'failed' | 'skipped'
  detail: string
}

/** The steps up to the first that fails. Sends no mail. */
export async function checkSmtp(server: SmtpServer): Promise<SmtpStep[]> {
  const steps: SmtpStep[] = []
  for (const take of [resolveHost, connectOnce]) {
    const step = await take(server)
    steps.push(step)
    if (step.outcome === 'failed') return steps
  }
  return [...steps, ...(await encryptAndLogIn(server))]
}

async function resolveHost({ host }: SmtpServer): Promise<SmtpStep> {
  try {
    const found = await lookup(host, { all: true })
    return {
      step: 'DNS',
      outcome: 'passed',
      detail: `${host} is ${found.map(one => one.address).join(', ')}`,
    }
  } catch (error) {
    return { step: 'DNS', outcome: 'failed', detail: (error as Error).message }
  }
}

function connectOnce({ host, port }: SmtpServer): Promise<SmtpStep> {
  const socket = connect({ host, port, timeout: STEP_LIMIT_MS })
  return new Promise<SmtpStep>(done => {
    const failed = (detail: string) => done({ step: 'TCP', outcome: 'failed', detail })
    socket.once('connect', () =>
      done({ step: 'TCP', outcome: 'passed', detail: `connected to port ${port}` }),
    )
    socket.once('timeout', () => failed(`no answer from port ${port} within ${STEP_LIMIT_MS / 1_000} s`))
    socket.once('error', error => failed(error.message || `port ${port} refuses`))
  }).finally(() => socket.destroy())
}

async function encryptAndLogIn(server: SmtpServer): Promise<SmtpStep[]> {
  const implicit = server.port === IMPLICIT_TLS_PORT
  const connection = new SMTPConnection({
    host: server.host,
    port: server.port,
    secure: implicit,
    requireTLS: server.requireTls && !implicit,
    connectionTimeout: STEP_LIMIT_MS,
    greetingTimeout: STEP_LIMIT_MS,
    socketTimeout: STEP_LIMIT_MS,
  })
  try {
    const fault = await outcomeOf(connection, done => connection.connect(done))
    if (fault !== null) return [{ step: 'TLS', outcome: 'failed', detail: fault }]
    return [tlsStep(connection, implicit), await logIn(connection, server)]
  } finally {
    connection.close()
  }
}

function tlsStep(connection: SMTPConnection, implicit: boolean): SmtpStep {
  if (connection.secure)
    return { step: 'TLS', outcome: 'passed', detail: implicit ? 'TLS from the first byte' : 'STARTTLS' }
  return {
    step: 'TLS',
    outcome: 'skipped',
    detail: 'the server offers no STARTTLS, and SMTP_REQUIRE_TLS=false allows that',
  }
}

async function logIn(connection: SMTPConnection, { username, password }: SmtpServer): Promise<SmtpStep> {
  if (username === undefined || password === undefined)
    return { step: 'AUTH', outcome: 'skipped', detail: 'SMTP_USERNAME and SMTP_PASSWORD are not both set' }
  const fault = await outcomeOf(connection, done =>
    connection.login({ user: username, pass: password.reveal() }, done),
  )
  if (fault !== null) return { step: 'AUTH', outcome: 'failed', detail: fault }
  return { step: 'AUTH', outcome: 'passed', detail: `logged in as ${username}` }
}

/** null, or what went wrong: errors of the socket come as an event, refusals to the callback. */
function outcomeOf(
  connection: SMTPConnection,
  act: (done: (error?: Error | null) => void) => void,
): Promise<string | null> {
  return new Promise(done => {
    connection.on('error', (error: Error) => done(error.message))
    act(error => done(error ? error.message : null))
  })
}
