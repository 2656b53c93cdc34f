// Writes one change into SigNoz.
import type { Change } from './change.ts'
import { joinDowntimes, type Leaving, leaveDowntimes } from './downtimes.ts'
import { letHeldAlertsEnd } from './held-alerts.ts'
import { expectDone } from './refusals.ts'
import { writeRetention } from './retention.ts'
import type { Method, SigNozClient } from './signoz-client.ts'

const PATHS = { channel: '/api/v1/channels', dashboard: '/api/v2/dashboards', rule: '/api/v2/rules' } as const

type Send = <T>(method: Method, path: string, body?: object) => Promise<T>

/** Throws OPS_CONFIGURATION with the field that SigNoz names when it refuses the document. */
export async function apply(
  client: SigNozClient,
  change: Change,
  progress: (line: string) => void = () => {},
): Promise<void> {
  const { kind, action, document } = change
  if (kind === 'retention') {
    const { days } = document as { days: number }
    return writeRetention(client, change.name, days)
  }
  const collection = PATHS[kind]
  const send: Send = async <T>(method: Method, path: string, body?: object) =>
    expectDone(client, await client.ask<T>(method, path, body), subjectOf(change))
  if (action === 'update') await send('PUT', `${collection}/${change.id}`, document!)
  if (action === 'create') await send('POST', collection, document!)
  if (action === 'replace') await replaceRule(client, change, send, progress)
  if (action === 'remove') {
    if (kind === 'rule' && (await joinDowntimes(client, ruleOf(change), change.heir ?? null)))
      await leave(client, change, progress)
    await send('DELETE', `${collection}/${change.id}`)
  }
}

/** New before old: a refusal must not leave the alert without any rule, and not with two, which would send every mail twice. */
async function replaceRule(
  client: SigNozClient,
  change: Change,
  send: Send,
  progress: (line: string) => void,
): Promise<void> {
  const { id: heir } = await send<{ id: string }>('POST', PATHS.rule, change.document!)
  let isNamed: boolean
  try {
    isNamed = await joinDowntimes(client, ruleOf(change), heir)
  } catch (error) {
    // What went wrong first is what to tell; a second rule that stays goes at the next run.
    await leaveDowntimes(client, { id: heir, name: change.name })
      .then(() => send('DELETE', `${PATHS.rule}/${heir}`))
      .catch(() => undefined)
    throw error
  }
  if (isNamed) await leave(client, change, progress)
  await send('DELETE', `${PATHS.rule}/${change.id}`)
}

/** SigNoz keeps a rule that a planned downtime names. From here on there is no way back: the rule may be disabled. */
async function leave(client: SigNozClient, change: Change, progress: (line: string) => void): Promise<void> {
  await letHeldAlertsEnd(client, ruleOf(change), { progress })
  await leaveDowntimes(client, ruleOf(change))
}

function ruleOf({ id, name }: Change): Leaving {
  return { id: id!, name }
}

function subjectOf({ kind, name, origin, document }: Change): string {
  return document === null ? `to delete the ${kind} ${name}` : `the ${kind} ${name} of ${origin}`
}
