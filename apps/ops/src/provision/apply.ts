// Writes one change into SigNoz.
import type { Change } from './change.ts'
import { expectDone } from './refusals.ts'
import { writeRetention } from './retention.ts'
import type { Method, SigNozClient } from './signoz-client.ts'

const PATHS = { channel: '/api/v1/channels', dashboard: '/api/v2/dashboards', rule: '/api/v2/rules' } as const

/** Throws OPS_CONFIGURATION with the field that SigNoz names when it refuses the document. */
export async function apply(client: SigNozClient, change: Change): Promise<void> {
  const { kind, action, document } = change
  if (kind === 'retention') {
    const { days } = document as { days: number }
    return writeRetention(client, change.name, days)
  }
  const collection = PATHS[kind]
  const send = async (method: Method, path: string, body?: object) =>
    expectDone(client, await client.ask(method, path, body), subjectOf(change))
  if (action === 'update') await send('PUT', `${collection}/${change.id}`, document!)
  // New before old: a refusal must not leave the alert without any rule.
  if (action === 'create' || action === 'replace') await send('POST', collection, document!)
  if (action === 'replace' || action === 'remove') await send('DELETE', `${collection}/${change.id}`)
}

function subjectOf({ kind, name, origin, document }: Change): string {
  return document === null ? `to delete the ${kind} ${name}` : `the ${kind} ${name} of ${origin}`
}
