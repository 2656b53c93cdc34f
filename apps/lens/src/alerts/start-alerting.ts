// Puts alerting together: rules of the project, evaluation, mails by the template of SigNoz, outbox, mail catcher and mailbox.
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SettingsOf } from '@deye-hard/config'
import { MAIL_SUBJECT, type Monitoring, planQuery, type Row } from '@deye-hard/monitoring'
import { type AlertMail, type MailWriter, mailWriter } from '../mails/alert-mail.ts'
import { type MailCatcher, startMailCatcher } from '../mails/mail-catcher.ts'
import { Mailbox } from '../mails/mailbox.ts'
import { Outbox, type OutboxView } from '../mails/outbox.ts'
import { isRefusal, smtpSender } from '../mails/smtp-sender.ts'
import { type AlertRule, alertRule } from './alert-rule.ts'
import { AlertRunner } from './alert-runner.ts'
import { askThroughPlan } from './ask-query.ts'
import type { Notification } from './dispatch-state.ts'
import type { alertingSettings } from './settings.ts'

export const MAIL_TEMPLATE = 'signoz/mail.html'

export interface AlertingOptions {
  /** The folder that holds `alerts/` and `signoz/`. */
  root: string
  monitoring: Monitoring
  /** Made when it is not there. */
  folder: string
  /** Of lens, as its reader reaches it. */
  url: string
  settings: SettingsOf<typeof alertingSettings>
  runSql(sql: string): Promise<readonly Row[]>
  now(): number
  /** Constant text and fields, for the log. */
  report(event: string, fields: Readonly<Record<string, unknown>>): void
}

export interface Alerting {
  runner: AlertRunner
  mailbox: Mailbox
  /** Of the mail catcher, which runs even when mails go elsewhere. */
  smtpPort: number
  /** Of the mails that are due and were not taken yet. */
  outbox(): OutboxView
  /** Takes other rules, and the mail template as it is now. */
  replace(monitoring: Monitoring): Promise<void>
  /** Counters and the last problem of each part. */
  status(): Readonly<Record<string, unknown>>
  /** Ends in the order in which mails flow; what is on its way stays on disk. */
  close(): Promise<void>
}

/** Rejects when the port of the catcher is taken, or the folder cannot be written. */
export async function startAlerting(options: AlertingOptions): Promise<Alerting> {
  const { folder, settings, now } = options
  await mkdir(folder, { recursive: true })
  const mailbox = await Mailbox.open(join(folder, 'mails'), {
    mailsMax: settings.mailsMax,
    bytesMax: settings.mailsMaxBytes,
  })
  const catcher = await startMailCatcher({
    mailbox,
    port: settings.smtpPort,
    now,
    mailMaxBytes: settings.mailMaxBytes,
    clientsMax: settings.smtpClientsMax,
  })
  const server = settings.smtpUrl?.reveal() ?? catcher.port
  const sender = smtpSender(server, settings.mailFrom, settings.mailTo)
  const outbox = await Outbox.open({
    folder: join(folder, 'outbox'),
    send: sender.send,
    isRefusal,
    mailsMax: settings.outboxMax,
    longestPauseMs: settings.outboxPauseMax,
    now,
    report: options.report,
  })
  const mails = { writer: readWriter(options) }
  const runner = startRunner(options, outbox, mails)
  return {
    runner,
    mailbox,
    smtpPort: catcher.port,
    outbox: () => outbox.view,
    replace: async monitoring => {
      mails.writer = readWriter(options)
      await runner.replaceRules(rulesOf(monitoring, options.url))
    },
    status: () => statusOf(runner, outbox, mailbox, catcher),
    close: async () => {
      await runner.stop()
      await outbox.close()
      sender.close()
      await catcher.close()
    },
  }
}

/** Links of mails lead to the pages of lens; dashboards are found there by their names, runbooks on the pages of their rules. */
export function rulesOf({ rules, thresholds, dashboards }: Monitoring, url: string): AlertRule[] {
  const context = {
    channel: 'lens',
    runbookBaseUrl: `${url}/runbooks`,
    signozUrl: url,
    dashboardIds: new Map(dashboards.map(({ name }) => [name, name])),
  }
  return rules
    .filter(rule => thresholds[rule.id] !== undefined)
    .map(rule => alertRule(rule, thresholds, context))
    .map(rule => ({
      ...rule,
      annotations: { ...rule.annotations, runbook_url: `${url}/alerts/${rule.id}#runbook` },
    }))
}

function readWriter({ root, report }: AlertingOptions): MailWriter {
  const writer = mailWriter(MAIL_SUBJECT, readFileSync(join(root, MAIL_TEMPLATE), 'utf8'))
  if (writer.kind === 'refused') report('mail template is refused', { reason: writer.reason })
  return writer
}

function startRunner(
  options: AlertingOptions,
  outbox: Outbox,
  mails: { readonly writer: MailWriter },
): AlertRunner {
  const { monitoring, folder, url, settings, runSql, now, report } = options
  const runner = new AlertRunner({
    rules: rulesOf(monitoring, url),
    ask: askThroughPlan(planQuery, runSql),
    deliver: notification =>
      outbox.add({
        atMs: notification.atMs,
        rule: notification.ruleId,
        status: notification.status,
        ...mailOf(mails.writer, notification),
      }),
    statePath: join(folder, 'alerts.json'),
    timing: { groupWaitMs: settings.alertGroupWait, groupIntervalMs: settings.alertGroupInterval },
    evaluationDelayMs: settings.alertEvaluationDelay,
    limits: { historyMax: settings.alertHistoryMax, alertsMax: settings.alertsMax },
    now,
    report,
  })
  runner.start()
  return runner
}

/** Without a template that works the mail says so: an alarm must not be lost to a mistake in HTML. */
function mailOf(writer: MailWriter, notification: Notification): AlertMail {
  const written = writer.kind === 'writer' ? writer.write(notification) : writer
  if (written.kind === 'mail') return written.mail
  const lines = notification.alerts.map(
    ({ status, labels, annotations }) =>
      `${status} ${labels['severity'] ?? ''} ${annotations['summary'] ?? ''}`,
  )
  const subject = `[${notification.status.toUpperCase()}] ${notification.ruleId}`
  const text = [`${MAIL_TEMPLATE} cannot be used: ${written.reason}`, ...lines].join('\n')
  return { subject, text, html: '' }
}

function statusOf(runner: AlertRunner, outbox: Outbox, mailbox: Mailbox, catcher: MailCatcher) {
  return {
    alerts: { ...runner.counters },
    outbox: outboxStatus(outbox),
    mailbox: { ...mailbox.counters, kept: mailbox.list().length },
    mailCatcher: { port: catcher.port, ...catcher.counters },
  }
}

function outboxStatus(outbox: Outbox) {
  const { waiting, refusedSinceMs, lastProblem } = outbox.view
  const refusedSince = refusedSinceMs === null ? null : new Date(refusedSinceMs).toISOString()
  return { ...outbox.counters, waiting, refusedSince, lastProblem }
}
