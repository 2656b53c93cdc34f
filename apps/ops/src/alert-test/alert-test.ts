// Fires a real rule and follows it to the mail; the rule is gone afterwards, whatever happens.
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { OpsError } from '../errors.ts'
import { expectDone } from '../provision/refusals.ts'
import type { SigNozClient } from '../provision/signoz-client.ts'
import { openMailbox } from './mailbox.ts'
import { sendTestMetric } from './test-metric.ts'
import { createTestRule, isFiring, removeTestRules } from './test-rule.ts'

const LOOK_AGAIN_MS = 1_000
/** A point must be in every window that is looked at, and SigNoz looks at whole minutes. */
const SEND_AGAIN_MS = 30_000
const RUN_BYTES = 5

export interface AlertTestOptions {
  channel: string
  otlpHttpUrl: string
  externalUrl: string
  runbookBaseUrl: string
  /** A folder or the address of a mail catcher; null when the mails cannot be read from here. */
  mailbox: string | null
  /** From the rule to the mail. */
  limitMs: number
  /** How long the rule stays after it fired when there is no mailbox: with the defaults of SigNoz a mail leaves 45 s after that. */
  holdMs: number
  /** Ends the test early; the rule is removed all the same. */
  signal: AbortSignal
  progress: (line: string) => void
}

export type AlertTestOutcome =
  | { kind: 'mail_came'; run: string; firedAfterMs: number; mailAfterMs: number; to: string }
  | { kind: 'fired'; run: string; firedAfterMs: number; to: string }
  | { kind: 'no_mail'; run: string; firedAfterMs: number; to: string }
  | { kind: 'never_fired'; run: string }
  | { kind: 'stopped'; run: string }

export async function testAlert(client: SigNozClient, options: AlertTestOptions): Promise<AlertTestOutcome> {
  const to = await recipientsOf(client, options.channel)
  const left = await removeTestRules(client)
  if (left > 0) options.progress('A test rule that a killed run had left was removed.')
  const run = `run-${randomBytes(RUN_BYTES).toString('hex')}`
  try {
    return await follow(client, run, to, options)
  } catch (error) {
    if (options.signal.aborted) return { kind: 'stopped', run }
    throw error
  } finally {
    await removeTestRules(client)
    options.progress('The test rule is removed.')
  }
}

async function follow(
  client: SigNozClient,
  run: string,
  to: string,
  options: AlertTestOptions,
): Promise<AlertTestOutcome> {
  const { channel, externalUrl, runbookBaseUrl, mailbox, progress } = options
  const startedMs = Date.now()
  const waitFor = repeatedly(options, startedMs + options.limitMs)
  // First the data: a rule that is evaluated before them waits for its next turn.
  await sendTestMetric(options.otlpHttpUrl, run)
  const id = await createTestRule(client, { channel, run, externalUrl, runbookBaseUrl })
  progress(`The test rule is made (${run}); it fires when SigNoz has looked at its metric.`)
  const fired = await waitFor(
    () => isFiring(client, id),
    () => sendTestMetric(options.otlpHttpUrl, run),
  )
  if (!fired) return { kind: 'never_fired', run }
  const firedAfterMs = Date.now() - startedMs
  progress(`The rule fires after ${Math.round(firedAfterMs / 1_000)} s; the mail goes to ${to}.`)
  if (mailbox === null) {
    await delay(options.holdMs, undefined, { signal: options.signal })
    return { kind: 'fired', run, firedAfterMs, to }
  }
  const box = openMailbox(mailbox, startedMs)
  const came = await waitFor(() => box.holds(run))
  if (!came) return { kind: 'no_mail', run, firedAfterMs, to }
  return { kind: 'mail_came', run, firedAfterMs, mailAfterMs: Date.now() - startedMs, to }
}

/** Looks every second until the time is over; `meanwhile` runs more seldom. */
function repeatedly({ signal }: AlertTestOptions, deadlineMs: number) {
  return async (look: () => Promise<boolean>, meanwhile?: () => Promise<void>): Promise<boolean> => {
    let sentMs = Date.now()
    while (Date.now() < deadlineMs) {
      if (await look()) return true
      if (Date.now() - sentMs > SEND_AGAIN_MS) {
        await meanwhile?.()
        sentMs = Date.now()
      }
      await delay(LOOK_AGAIN_MS, undefined, { signal })
    }
    return false
  }
}

async function recipientsOf(client: SigNozClient, channel: string): Promise<string> {
  const answer = await client.ask<{ name: string; data: string }[]>('GET', '/api/v1/channels')
  const found = expectDone(client, answer, 'the list of channels').find(({ name }) => name === channel)
  if (found === undefined)
    throw new OpsError(
      'OPS_NOT_READY',
      `SigNoz has no channel ${channel}: run \`npm run ops -- provision\` first, or name another with --channel.`,
    )
  const { email_configs: emails = [] } = JSON.parse(found.data) as { email_configs?: { to: string }[] }
  return emails.map(({ to }) => to).join(', ') || `channel ${channel}`
}
