// Planned downtimes name rules by id, and SigNoz keeps a rule that one names: its place there goes to the rule that follows it.
import { OpsError } from '../errors.ts'
import { expectDone } from './refusals.ts'
import type { SigNozClient } from './signoz-client.ts'

const DOWNTIMES = '/api/v1/downtime_schedules'
const HTTP_INVALID = 400

interface Downtime {
  id: string
  name: string
  description: string
  alertIds: string[] | null
  scope?: string
  schedule: object
}

export interface Leaving {
  id: string
  name: string
}

/**
 * Each downtime that names the rule names `heir` too; without an heir nothing is changed. Says whether there is any. Throws
 * OPS_REFUSED where a downtime would be left without rules: that one silences all of them.
 */
export async function joinDowntimes(
  client: SigNozClient,
  rule: Leaving,
  heir: string | null,
): Promise<boolean> {
  const naming = await downtimesOf(client, rule)
  for (const downtime of naming) {
    const others = othersOf(downtime, rule)
    if (heir === null) expectOthers(others, downtime, rule)
    else if (!others.includes(heir)) await writeRules(client, downtime, [rule.id, ...others, heir], rule)
  }
  return naming.length > 0
}

/** Afterwards no downtime names the rule. Throws as `joinDowntimes` does. */
export async function leaveDowntimes(client: SigNozClient, rule: Leaving): Promise<void> {
  for (const downtime of await downtimesOf(client, rule)) {
    const others = othersOf(downtime, rule)
    expectOthers(others, downtime, rule)
    await writeRules(client, downtime, others, rule)
  }
}

async function downtimesOf(client: SigNozClient, rule: Leaving): Promise<Downtime[]> {
  const answer = await client.ask<Downtime[] | null>('GET', DOWNTIMES)
  const all = expectDone(client, answer, 'the list of planned downtimes') ?? []
  return all.filter(({ alertIds }) => alertIds?.includes(rule.id))
}

function othersOf({ alertIds }: Downtime, rule: Leaving): string[] {
  return (alertIds ?? []).filter(id => id !== rule.id)
}

function expectOthers(others: readonly string[], downtime: Downtime, rule: Leaving): void {
  if (others.length > 0) return
  throw new OpsError(
    'OPS_REFUSED',
    `The rule ${rule.name} was not removed, since the planned downtime "${downtime.name}" names no other, and with none it would silence all: choose another rule there (Alerts, Planned Downtime), or let it end, take the rule out and delete it; then run this again.`,
  )
}

async function writeRules(
  client: SigNozClient,
  downtime: Downtime,
  alertIds: string[],
  rule: Leaving,
): Promise<void> {
  const { id, name, description, scope, schedule } = downtime
  const body = { name, description, schedule, alertIds, ...(scope === undefined ? {} : { scope }) }
  const answer = await client.ask('PUT', `${DOWNTIMES}/${id}`, body)
  if (answer.kind === 'refused' && answer.status === HTTP_INVALID)
    throw new OpsError(
      'OPS_REFUSED',
      `The rule ${rule.name} stays as it was, since SigNoz does not take the planned downtime "${name}" with the new one (${answer.message}): correct or delete it there (Alerts, Planned Downtime), then run this again.`,
    )
  expectDone(client, answer, `the planned downtime ${name}`)
}
