// Everything together on loopback: a rule of the repository whose query finds trouble becomes a mail that can be read.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSettings } from '@deye-hard/config'
import { loadMonitoring } from '@deye-hard/monitoring'
import { waitUntil } from '@deye-hard/testkit'
import { SMTPServer } from 'smtp-server'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { alertingSettings } from '../../src/alerts/settings.ts'
import { type Alerting, rulesOf, startAlerting } from '../../src/alerts/start-alerting.ts'
import { type Engine, openEngine } from '../../src/engine/engine.ts'
import { healthFacts } from '../../src/pages/drawing/health-facts.ts'
import { engineOptions } from '../engine/engine-for-tests.ts'
import { MINUTE_MS } from './lab-rules.ts'

const ROOT = new URL('../../../../', import.meta.url).pathname
const { monitoring } = loadMonitoring(ROOT)
const URL_OF_LENS = 'http://127.0.0.1:8080'
/** The engine keeps nothing that is old. */
const START_MS = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS
const SERIES = {
  'solar.logger.message_age': { fingerprint: '1', value: 7_200, labels: {} },
  'solar.logger.state': { fingerprint: '2', value: 1, labels: { state: 'missing' } },
}

let engineFolder: string
let engine: Engine
let folder: string
let nowMs: number
let alerting: Alerting | undefined
let reported: Record<string, unknown>[]

/** One logger that has been silent for two hours and is called missing. */
beforeAll(async () => {
  engineFolder = mkdtempSync(join(tmpdir(), 'lens-alerting-engine-'))
  engine = await openEngine(engineOptions(engineFolder))
  const labels = { 'site.id': '12', 'inverter.id': '17', 'logger.serial': '2700000017' }
  for (const [metric, { fingerprint, value, labels: own }] of Object.entries(SERIES)) {
    const row = { env: 'default', temporality: 'Unspecified', metric_name: metric, fingerprint }
    const series = {
      ...row,
      unix_milli: START_MS,
      type: 'Gauge',
      labels: JSON.stringify({ ...labels, ...own }),
    }
    await engine.insert('signoz_metrics.time_series_v4', [series])
    await engine.insert('signoz_metrics.samples_v4', [{ ...row, unix_milli: START_MS, value }])
  }
})
afterAll(async () => {
  await engine?.close()
  rmSync(engineFolder, { recursive: true, force: true })
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lens-alerting-'))
  nowMs = START_MS
  reported = []
})
afterEach(async () => {
  await alerting?.close()
  alerting = undefined
  rmSync(folder, { recursive: true, force: true })
})

/** With the rule about inverters alone. */
async function start(root: string, environment: Record<string, string> = {}): Promise<Alerting> {
  alerting = await startAlerting({
    root,
    monitoring: { ...monitoring, rules: monitoring.rules.filter(rule => rule.id === 'InverterSilent') },
    folder: join(folder, 'data'),
    url: URL_OF_LENS,
    settings: readSettings(alertingSettings, { LENS_ALERT_GROUP_WAIT: '0s', ...environment }),
    runSql: sql => engine.query(sql),
    now: () => nowMs,
    report: (event, fields) => reported.push({ event, ...fields }),
  })
  return alerting
}

async function firstMail({ runner, mailbox }: Alerting) {
  nowMs += 10 * MINUTE_MS
  await runner.tick()
  const [summary] = await waitUntil(() => mailbox.list().length > 0 && mailbox.list(), { what: 'a mail' })
  return (await mailbox.read(summary!.id))!
}

test('a silent inverter becomes a mail with value, limit and links into lens', async () => {
  const started = await start(ROOT)
  const mail = await firstMail(started)
  expect(mail).toMatchObject({
    rule: 'InverterSilent',
    status: 'firing',
    subject: '[INFO] site 12: Inverter 17 of site 12 (logger 2700000017) silent for 2 hour (limit 1 hour)',
    from: 'lens@localhost.localdomain',
    to: 'oncall@localhost.localdomain',
  })
  expect(mail.html).toContain('<b>2 hour</b> against a limit of 1 hour')
  expect(mail.text).toContain(`Dashboard: ${URL_OF_LENS}/dashboard/fleet`)
  expect(mail.text).toContain(`Runbook: ${URL_OF_LENS}/alerts/InverterSilent#runbook`)
  await waitUntil(() => (started.status()['outbox'] as { sent: number }).sent === 1)
  expect(started.status()).toMatchObject({
    alerts: { notifications: 1, undelivered: 0 },
    mailbox: { received: 1, kept: 1 },
  })
})

test('mails wait for a server that is away, and go to it and not to the catcher', async () => {
  const started = await start(ROOT, { LENS_SMTP_URL: 'smtp://127.0.0.1:1' })
  nowMs += 10 * MINUTE_MS
  await started.runner.tick()
  await waitUntil(() => (started.status()['outbox'] as { failures: number }).failures > 0)
  expect(started.status()).toMatchObject({
    outbox: { waiting: 1, lastProblem: expect.stringMatching(/ECONN/) },
  })
  expect(started.mailbox.list()).toEqual([])
})

test('a server that refuses for ever is in the log with each attempt, and a trouble on the health page', async () => {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: (_, __, answer) => answer(Object.assign(new Error('no such user'), { responseCode: 550 })),
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.server.address() as AddressInfo
    const started = await start(ROOT, { LENS_SMTP_URL: `smtp://127.0.0.1:${port}` })
    nowMs += 10 * MINUTE_MS
    await started.runner.tick()
    const attempts = () => reported.filter(({ event }) => event === 'mail was not taken')
    await waitUntil(() => attempts().length > 1, { what: 'a second attempt' })
    expect(attempts().slice(0, 2)).toMatchObject(
      [1, 2].map(attempt => ({
        rule: 'InverterSilent',
        attempt,
        waiting: 1,
        reason: expect.stringContaining('550'),
      })),
    )
    const [part] = healthFacts({ alerting: started.status() })
    const troubles = Object.fromEntries(part!.troubles.map(({ path, text }) => [path, text]))
    expect(troubles).toMatchObject({
      'outbox.refusedSince': new Date(nowMs).toISOString(),
      'outbox.lastProblem': expect.stringContaining('no such user'),
    })
    expect(Number(troubles['outbox.failures'])).toBeGreaterThan(1)
  } finally {
    await new Promise<void>(resolve => server.close(() => resolve()))
  }
})

test('a template that is not understood costs the form of the mail and not the mail', async () => {
  const root = join(folder, 'root')
  cpSync(join(ROOT, 'signoz'), join(root, 'signoz'), { recursive: true })
  writeFileSync(join(root, 'signoz', 'mail.html'), '{{ printf "x" }}')
  const mail = await firstMail(await start(root))
  expect(mail.subject).toBe('[FIRING] InverterSilent')
  expect(mail.text).toContain(
    'signoz/mail.html cannot be used: mail html: line 1: the function printf is not supported',
  )
  expect(mail.text).toContain('Inverter 17 of site 12')
})

test('every rule of the repository is there', () => {
  expect(rulesOf(monitoring, URL_OF_LENS).map(rule => rule.id)).toEqual(monitoring.rules.map(rule => rule.id))
})
