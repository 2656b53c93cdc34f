// Alerts of a rule that goes, where a planned downtime holds them back: they outlive the rule by some minutes, and without it nothing
// would hold them.
import { setTimeout as delay } from 'node:timers/promises'
import { expectDone } from './refusals.ts'
import type { SigNozClient } from './signoz-client.ts'

/** (ran) An alert ends four evaluations after the last that saw it; of rules that look every minute, and some time on top. */
const END_LIMIT_MS = 330_000
const LOOK_AGAIN_MS = 2_000

interface Alert {
  labels: { ruleId?: string }
  status: { state: string; silencedBy: string[] | null; inhibitedBy: string[] | null }
}

/**
 * Disables the rule and waits until its alerts are over; at once when a downtime holds back none. After the limit it goes on: the mail
 * that may come then is one too many, and no reason to keep the rule.
 */
export async function letHeldAlertsEnd(
  client: SigNozClient,
  rule: { id: string; name: string },
  options: { progress: (line: string) => void; limitMs?: number },
): Promise<void> {
  if (!(await alertsOf(client, rule.id)).some(isHeld)) return
  options.progress(
    `Waiting for alerts of the old rule ${rule.name} to end, which a planned downtime holds back`,
  )
  await disable(client, rule)
  const deadlineMs = performance.now() + (options.limitMs ?? END_LIMIT_MS)
  while ((await alertsOf(client, rule.id)).length > 0 && performance.now() < deadlineMs)
    await delay(LOOK_AGAIN_MS)
}

async function alertsOf(client: SigNozClient, ruleId: string): Promise<Alert[]> {
  const answer = await client.ask<Alert[] | null>('GET', '/api/v1/alerts')
  return (expectDone(client, answer, 'the list of alerts') ?? []).filter(
    ({ labels }) => labels.ruleId === ruleId,
  )
}

/** A downtime names nothing (contract 4); a higher tier that silences a lower one does. */
function isHeld({ status }: Alert): boolean {
  const names = [...(status.silencedBy ?? []), ...(status.inhibitedBy ?? [])]
  return status.state === 'suppressed' && names.length === 0
}

/** Else each evaluation would put the end off. */
async function disable(client: SigNozClient, { id, name }: { id: string; name: string }): Promise<void> {
  const path = `/api/v2/rules/${id}`
  const stored = expectDone(client, await client.ask<object>('GET', path), `the rule ${name}`)
  expectDone(client, await client.ask('PUT', path, { ...stored, disabled: true }), `the rule ${name}`)
}
