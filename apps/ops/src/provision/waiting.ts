// Waits until SigNoz can be provisioned: it answers, has the version that we know, lets us in, and can send mails.
import { setTimeout as delay } from 'node:timers/promises'
import { OpsError } from '../errors.ts'
import { refusal } from './refusals.ts'
import type { Answer, SigNozClient } from './signoz-client.ts'

/** What signoz-contract.md describes; another minor version has other fields, and refuses ours or forgets them silently. */
export const KNOWN_VERSION = /^v?0\.138\.\d+\b/
const KNOWN_VERSION_SHOWN = 'v0.138.x'
const LOOK_AGAIN_MS = 1_000
/** The first administrator is made, and given a changed password, seconds after SigNoz says that it is ready. */
const LOGIN_GRACE_MS = 5_000

export interface WaitOptions {
  /** For everything together. */
  limitMs: number
  anyVersion: boolean
  progress: (line: string) => void
}

interface Step {
  name: string
  ask: () => Promise<Answer<unknown>>
  /** Whether another look may find something else. */
  mayChange: (answer: Answer<unknown>, waitedMs: number) => boolean
}

/** The version. Throws an OpsError when the time is over, or as soon as waiting cannot help. */
export async function waitForSigNoz(client: SigNozClient, options: WaitOptions): Promise<string> {
  const deadlineMs = performance.now() + options.limitMs
  const reach = (step: Step) => waitForStep(client, step, deadlineMs, options.progress)
  await reach({
    name: 'SigNoz',
    ask: () => client.ask('GET', '/api/v2/readyz'),
    mayChange: answer => answer.kind === 'unreachable' || (answer.kind === 'refused' && answer.status >= 500),
  })
  const version = await checkVersion(client, options)
  await reach({
    name: 'the login',
    ask: () => client.logIn(),
    mayChange: (answer, waitedMs) =>
      answer.kind === 'unreachable' ||
      (answer.kind === 'refused' &&
        (answer.status >= 500 || (answer.status === 401 && waitedMs < LOGIN_GRACE_MS))),
  })
  await reach({
    name: 'its alertmanager, up to a minute on a fresh installation',
    ask: () => client.ask('GET', '/api/v1/alerts'),
    mayChange: answer =>
      answer.kind === 'unreachable' ||
      (answer.kind === 'refused' && (answer.status >= 500 || answer.status === 404)),
  })
  return version
}

async function waitForStep(
  client: SigNozClient,
  { name, ask, mayChange }: Step,
  deadlineMs: number,
  progress: (line: string) => void,
): Promise<void> {
  const startedMs = performance.now()
  let said = ''
  for (;;) {
    const answer = await ask()
    if (answer.kind === 'done') return
    const now = performance.now()
    if (now >= deadlineMs || !mayChange(answer, now - startedMs)) throw refusal(client, answer, name)
    const reason = answer.kind === 'unreachable' ? answer.reason : answer.message
    if (reason !== said) progress(`Waiting for ${name} (${reason})`)
    said = reason
    await delay(Math.min(LOOK_AGAIN_MS, deadlineMs - now))
  }
}

async function checkVersion(client: SigNozClient, options: WaitOptions): Promise<string> {
  const answer = await client.ask<{ version?: string }>('GET', '/api/v1/version')
  if (answer.kind !== 'done') throw refusal(client, answer, 'the question for its version')
  const version = answer.data?.version ?? 'unknown'
  if (KNOWN_VERSION.test(version)) return version
  if (!options.anyVersion)
    throw new OpsError(
      'OPS_CONFIGURATION',
      `SigNoz is ${version}, these files are made for ${KNOWN_VERSION_SHOWN}, nothing was changed: install that version, or try it with --any-version.`,
    )
  options.progress(
    `SigNoz is ${version}, these files are made for ${KNOWN_VERSION_SHOWN}: going on as asked.`,
  )
  return version
}
