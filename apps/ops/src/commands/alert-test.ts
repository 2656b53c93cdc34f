// `ops alert-test`: does an alert reach a mailbox? Looks at the mail server, then fires a real rule.
import { readSettings } from '@deye-hard/config'
import { Command, Option } from 'commander'
import { type AlertTestOutcome, testAlert } from '../alert-test/alert-test.ts'
import { checkSmtp, type SmtpStep } from '../alert-test/smtp-check.ts'
import { OpsError } from '../errors.ts'
import { EXIT } from '../exit.ts'
import { durationMs } from '../option-values.ts'
import { answer, type OutputOptions } from '../output.ts'
import { EMAIL_CHANNEL } from '../provision/email-channel.ts'
import { waitForSigNoz } from '../provision/waiting.ts'
import { RUNBOOK_FILES } from '../provision/wanted.ts'
import { alertTestSettings, smtpSettings } from '../settings.ts'
import { sigNozClient } from '../signoz-access.ts'

const WAIT_DEFAULT_MS = 60_000
const LIMIT_DEFAULT_MS = 360_000
const HOLD_DEFAULT_MS = 90_000

interface AlertTestCommandOptions extends OutputOptions {
  smtpOnly?: boolean
  mailbox?: string
  channel: string
  wait: number
  timeout: number
  hold: number
  anyVersion?: boolean
}

export function alertTestCommand(): Command {
  return new Command('alert-test')
    .description('check the mail server, then fire a real short-lived rule and wait for its mail')
    .option('--smtp-only', 'only check the mail server: DNS, TCP, TLS, AUTH')
    .option(
      '--mailbox <where>',
      'folder of mails (a maildir), or http:// address of a mail catcher, to see the mail come',
    )
    .option('--channel <name>', 'channel of SigNoz to test', EMAIL_CHANNEL)
    .addOption(duration('--timeout <time>', 'how long the mail may take').default(LIMIT_DEFAULT_MS, '6m'))
    .addOption(
      duration('--hold <time>', 'without --mailbox: how long the rule stays after it fired').default(
        HOLD_DEFAULT_MS,
        '90s',
      ),
    )
    .addOption(duration('--wait <time>', 'how long to wait for SigNoz').default(WAIT_DEFAULT_MS, '60s'))
    .option('--any-version', 'go on with a version of SigNoz that this was not made for')
    .option('--json', 'machine-readable answer')
    .addHelpText('after', '\nExample:\n  npm run ops -- alert-test --mailbox ~/Maildir')
    .action(run)
}

function duration(flags: string, about: string): Option {
  return new Option(flags, about).argParser(durationMs)
}

async function run(options: AlertTestCommandOptions): Promise<void> {
  const progress = (line: string) => process.stderr.write(`${line}\n`)
  const smtp = await checkMailServer(progress)
  if (options.smtpOnly) {
    answer(
      options,
      { outcome: 'smtp_checked', smtp },
      'The mail server takes mails as far as can be seen without one.',
    )
    return
  }
  const client = sigNozClient()
  const settings = readSettings(alertTestSettings, process.env)
  await waitForSigNoz(client, { limitMs: options.wait, anyVersion: options.anyVersion ?? false, progress })
  const outcome = await stoppable(signal =>
    testAlert(client, {
      channel: options.channel,
      otlpHttpUrl: settings.otlpHttpUrl,
      externalUrl: settings.externalUrl ?? client.url,
      runbookBaseUrl: settings.runbookBaseUrl ?? RUNBOOK_FILES,
      mailbox: options.mailbox ?? null,
      limitMs: options.timeout,
      holdMs: options.hold,
      signal,
      progress,
    }),
  )
  answer(options, asData(outcome, smtp), sentence(outcome))
  if (outcome.kind !== 'mail_came' && outcome.kind !== 'fired') process.exitCode = EXIT.negative
}

/** Throws with the step that failed: firing a rule would only show the same later and less clearly. */
async function checkMailServer(progress: (line: string) => void): Promise<SmtpStep[]> {
  const { host, ...server } = readSettings(smtpSettings, process.env)
  if (host === undefined) {
    progress('SMTP_HOST is not set: the mail server is not checked, only whether SigNoz can use its own.')
    return []
  }
  const steps = await checkSmtp({ host, ...server })
  for (const { step, outcome, detail } of steps) progress(`SMTP ${step}: ${outcome} (${detail})`)
  const failed = steps.find(({ outcome }) => outcome === 'failed')
  if (failed === undefined) return steps
  const unavailable = failed.step === 'DNS' || failed.step === 'TCP'
  throw new OpsError(
    unavailable ? 'OPS_UNAVAILABLE' : 'OPS_CONFIGURATION',
    `The mail server ${host}:${server.port} fails at ${failed.step} (${failed.detail}), no rule was fired: check ${unavailable ? 'SMTP_HOST and SMTP_PORT' : 'SMTP_PORT, SMTP_REQUIRE_TLS, SMTP_USERNAME and SMTP_PASSWORD'}.`,
  )
}

/** Ctrl-C and SIGTERM end the test, not the process: the rule must not stay. */
async function stoppable<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const onSignal = () => stop.abort()
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  try {
    return await act(stop.signal)
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  }
}

function sentence(outcome: AlertTestOutcome): string {
  const { run } = outcome
  switch (outcome.kind) {
    case 'mail_came':
      return `The mail has come ${seconds(outcome.mailAfterMs)} after the rule was made: alerts reach ${outcome.to}.`
    case 'fired':
      return `The rule fired. Look for a mail with "${run}" in its subject in the mailbox of ${outcome.to}; if there is none within minutes, the log of SigNoz says why.`
    case 'no_mail':
      return `The rule fired but no mail with "${run}" in its subject came: the log of SigNoz says why it could not send (docker compose logs signoz); mails go to ${outcome.to}.`
    case 'never_fired':
      return 'The rule did not fire in time: SigNoz does not evaluate rules, or the metric does not arrive; see the logs of SigNoz and its collector.'
    case 'stopped':
      return 'Stopped; the test rule is removed.'
  }
}

function asData(outcome: AlertTestOutcome, smtp: SmtpStep[]) {
  const fired = 'firedAfterMs' in outcome ? { fired_after_ms: outcome.firedAfterMs, to: outcome.to } : {}
  const mail = 'mailAfterMs' in outcome ? { mail_after_ms: outcome.mailAfterMs } : {}
  return { outcome: outcome.kind, run: outcome.run, ...fired, ...mail, smtp }
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1_000)} s`
}
