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

/**
 * Afterwards no downtime names the rule `id`: each names `heir` in its place, or one rule less. Throws OPS_REFUSED before anything
 * is changed where nothing would be left: a downtime without rules silences all of them.
 */
export async function leaveDowntimes(
  client: SigNozClient,
  rule: { id: string; name: string },
  heir: string | null,
): Promise<void> {
  const answer = await client.ask<Downtime[] | null>('GET', DOWNTIMES)
  const naming = (expectDone(client, answer, 'the list of planned downtimes') ?? []).filter(({ alertIds }) =>
    alertIds?.includes(rule.id),
  )
  const alone = naming.filter(({ alertIds }) => heir === null && new Set(alertIds).size === 1)
  if (alone.length > 0) throw namedAlone(rule.name, alone)
  for (const downtime of naming)
    await writeRules(client, downtime, rulesAfter(downtime, rule.id, heir), rule.name)
}

function rulesAfter({ alertIds }: Downtime, id: string, heir: string | null): string[] {
  const kept = (alertIds ?? []).filter(one => one !== id && one !== heir)
  return heir === null ? kept : [...kept, heir]
}

async function writeRules(
  client: SigNozClient,
  downtime: Downtime,
  alertIds: string[],
  rule: string,
): Promise<void> {
  const { id, name, description, scope, schedule } = downtime
  const body = { name, description, schedule, alertIds, ...(scope === undefined ? {} : { scope }) }
  const answer = await client.ask('PUT', `${DOWNTIMES}/${id}`, body)
  if (answer.kind === 'refused' && answer.status === HTTP_INVALID)
    throw new OpsError(
      'OPS_REFUSED',
      `The rule ${rule} stays as it was, since SigNoz does not take the planned downtime "${name}" with the new one (${answer.message}): correct or delete it there (Alerts, Planned Downtime), then run this again.`,
    )
  expectDone(client, answer, `the planned downtime ${name}`)
}

function namedAlone(rule: string, downtimes: readonly Downtime[]): OpsError {
  const names = downtimes.map(({ name }) => `"${name}"`).join(', ')
  return new OpsError(
    'OPS_REFUSED',
    `The rule ${rule} was not removed, since the planned downtime ${names} names no other, and with none it would silence all: choose another rule there (Alerts, Planned Downtime), or let it end, take the rule out and delete it; then run this again.`,
  )
}
