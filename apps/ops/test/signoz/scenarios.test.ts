// Scenarios that `npm test` plays through lens, in a real SigNoz: with the repository's queries, windows and numbers what fires there fires here.
import { loadMonitoring, loadScenarios } from '@deye-hard/monitoring'
import { waitUntil } from '@deye-hard/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROJECT_ROOT } from '../../src/project.ts'
import { emailChannel } from '../../src/provision/email-channel.ts'
import type { SigNozClient } from '../../src/provision/signoz-client.ts'
import { catchMails, type MailCatcher } from './mail-catcher.ts'
import { ask, clientFor, EMAIL_TO, removeAllOfOurs } from './provisioned.ts'
import { type Staged, stage, telemetryOf } from './scenarios/staged.ts'
import { sigNozAddress } from './signoz.ts'
import { type AlertMail, readAlertMail } from './watched/alert-mail.ts'

const { address, missing } = sigNozAddress(process.env)
const { OTLP_HTTP: otlpHttp = '', LAB_SMTP_PORT: smtpPort = '', SIGNOZ_SCENARIOS: asked = '' } = process.env
const unset = asked === '' ? 'SIGNOZ_SCENARIOS is not set' : 'OTLP_HTTP and LAB_SMTP_PORT are not both set'
const reason = missing ?? (asked && otlpHttp && smtpPort ? null : unset)
const MINUTE_MS = 60_000
/** Rules are evaluated every 15 s, and a group is looked at every 20 s. */
const EVALUATED_MS = 35_000
/** Until the mail has come, on a machine that is busy. */
const MAIL_MS = 75_000
/** InverterSilent is SQL and sees all environments; two look a day back; two are what other tests of this SigNoz are about. */
const LEFT_OUT = ['InverterSilent', 'DiskFillsIn48h', 'ExpiredSessions', 'ReadingsUnaccounted', 'TargetDown']

if (reason !== null) process.stderr.write(`Tests of scenarios are skipped: ${reason}.\n`)

const { monitoring } = loadMonitoring(PROJECT_ROOT)
const scenarios = loadScenarios(PROJECT_ROOT).scenarios.filter(
  ({ rule, name, document }) =>
    !LEFT_OUT.includes(rule) && (name === 'fires' || document.expect.length === 0),
)
const firing = scenarios.filter(({ document }) => document.expect.length > 0)
const silent = scenarios.filter(({ document }) => document.expect.length === 0)

describe.skipIf(reason !== null)('in SigNoz', () => {
  const client = reason === null ? clientFor(address!) : (null as unknown as SigNozClient)
  const staged = new Map<string, Staged>()
  let mailbox: MailCatcher
  let turnMs: number

  beforeAll(async () => {
    mailbox = await catchMails(Number(smtpPort))
    // What a test left behind that was killed.
    await removeAllOfOurs(client)
    await done('/api/v1/channels', emailChannel(PROJECT_ROOT, EMAIL_TO).document!)
    // Before an organisation has its alertmanager, no rule is mailed.
    await waitUntil(async () => (await client.ask('GET', '/api/v1/alerts')).kind === 'done', {
      timeoutMs: MINUTE_MS,
      what: 'the alertmanager',
    })
    const run = String(Math.floor(Date.now() / 1_000))
    for (const scenario of scenarios) {
      const rule = monitoring.rules.find(({ id }) => id === scenario.rule)!
      const made = stage(scenario, rule, monitoring.thresholds, { run, signozUrl: client.url })
      staged.set(scenario.file, made)
      await done('/api/v2/rules', made.rule)
    }
    // All at once and after the rules: from the turn on there is one minute in which they must see it.
    turnMs = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS
    await send([...staged.values()].flatMap(made => telemetryOf(made, turnMs).resourceMetrics))
  })
  afterAll(async () => {
    if (reason !== null) return
    await removeAllOfOurs(client)
    await mailbox.close()
  })

  test.each(firing.map(one => [one.rule, one] as const))(
    '%s fires',
    async (_, { file }) => {
      const { tier } = staged.get(file)!
      const mail = await mailOf(file, false, turnMs + MINUTE_MS + MAIL_MS)
      expect(mail.subject).toMatch(new RegExp(`^\\[${tier!.toUpperCase()}\\] `))
    },
    2 * MINUTE_MS + MAIL_MS,
  )

  test('rules of every minute and of the last one are over a minute later', {
    timeout: 3 * MINUTE_MS,
  }, async () => {
    const ending = firing.filter(({ file }) => staged.get(file)!.endsAtOnce)
    expect(ending.length).toBeGreaterThan(7)
    for (const { file } of ending) await mailOf(file, true, turnMs + 2 * MINUTE_MS + MAIL_MS)
  })

  test('near misses stay silent, and their rules see them', { timeout: 4 * MINUTE_MS }, async () => {
    await waitUntil(() => Date.now() > turnMs + MINUTE_MS + EVALUATED_MS, {
      timeoutMs: 3 * MINUTE_MS,
      what: 'the minute after the turn',
    })
    const misses = silent.map(({ file }) => staged.get(file)!)
    const names = new Set(misses.map(({ name }) => name))
    expect(
      mails()
        .filter(({ rule }) => names.has(rule))
        .map(({ subject }) => subject),
    ).toEqual([])
    const rules = await ask<{ alert: string; state: string }[]>(client, '/api/v2/rules')
    const states = rules.filter(({ alert }) => names.has(alert))
    expect(states).toHaveLength(names.size)
    expect(states.filter(({ state }) => state !== 'inactive')).toEqual([])
    const unseen: string[] = []
    for (const miss of misses) if (!(await hasPoints(miss))) unseen.push(miss.name)
    expect(unseen).toEqual([])
  })

  function mails(): AlertMail[] {
    return mailbox.mails.map(readAlertMail)
  }

  function mailOf(file: string, isResolved: boolean, untilMs: number): Promise<AlertMail> {
    const { name } = staged.get(file)!
    return waitUntil(
      () => mails().find(mail => mail.rule === name && mail.isResolved === isResolved) ?? false,
      {
        timeoutMs: Math.max(0, untilMs - Date.now()),
        what: `a mail of ${name} that is ${isResolved ? 'resolved' : 'firing'}`,
      },
    )
  }

  async function done<T>(path: string, body: object): Promise<T> {
    const answer = await client.ask<T>('POST', path, body)
    if (answer.kind !== 'done') throw new Error(`${path}: ${JSON.stringify(answer)}`)
    return answer.data
  }

  /** What the rule looked at from the turn on. */
  async function hasPoints({ rule, windowSeconds }: Staged): Promise<boolean> {
    const { queries } = rule.condition.compositeQuery
    const answer = await done<QueryResult>('/api/v5/query_range', {
      schemaVersion: 'v1',
      start: turnMs - windowSeconds * 1_000,
      end: turnMs,
      requestType: 'time_series',
      compositeQuery: { queries },
      variables: {},
    })
    return (answer.data?.results ?? []).some(({ aggregations }) =>
      (aggregations ?? []).some(({ series }) => (series ?? []).length > 0),
    )
  }

  async function send(resourceMetrics: readonly object[]): Promise<void> {
    const response = await fetch(`${otlpHttp}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceMetrics }),
    })
    expect(response.status).toBe(200)
  }
})

interface QueryResult {
  data?: { results?: { aggregations?: { series?: unknown[] | null }[] | null }[] | null }
}
