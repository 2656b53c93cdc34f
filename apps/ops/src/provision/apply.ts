// Writes one change into SigNoz.
import type { Change } from './change.ts'
import { leaveDowntimes } from './downtimes.ts'
import { expectDone } from './refusals.ts'
import { writeRetention } from './retention.ts'
import type { Method, SigNozClient } from './signoz-client.ts'

const PATHS = { channel: '/api/v1/channels', dashboard: '/api/v2/dashboards', rule: '/api/v2/rules' } as const

type Send = <T>(method: Method, path: string, body?: object) => Promise<T>

/** Throws OPS_CONFIGURATION with the field that SigNoz names when it refuses the document. */
export async function apply(client: SigNozClient, change: Change): Promise<void> {
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
  if (action === 'replace') return replaceRule(client, change, send)
  if (action === 'remove') {
    if (kind === 'rule')
      await leaveDowntimes(client, { id: change.id!, name: change.name }, change.heir ?? null)
    await send('DELETE', `${collection}/${change.id}`)
  }
}

/** New before old: a refusal must not leave the alert without any rule, and not with two, which would send every mail twice. */
async function replaceRule(client: SigNozClient, { id, name, document }: Change, send: Send): Promise<void> {
  const { id: heir } = await send<{ id: string }>('POST', PATHS.rule, document!)
  try {
    await leaveDowntimes(client, { id: id!, name }, heir)
    await send('DELETE', `${PATHS.rule}/${id}`)
  } catch (error) {
    // What went wrong first is what to tell; a second rule that stays goes at the next run.
    await leaveDowntimes(client, { id: heir, name }, id)
      .then(() => send('DELETE', `${PATHS.rule}/${heir}`))
      .catch(() => undefined)
    throw error
  }
}

function subjectOf({ kind, name, origin, document }: Change): string {
  return document === null ? `to delete the ${kind} ${name}` : `the ${kind} ${name} of ${origin}`
}
