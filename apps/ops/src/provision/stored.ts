// What SigNoz has of channels, dashboards, rules and retention, in the shape that provisioning compares.
import type { Stored } from './change.ts'
import { CHANNEL_PREFIX } from './email-channel.ts'
import { expectDone } from './refusals.ts'
import { readRetention } from './retention.ts'
import type { SigNozClient } from './signoz-client.ts'

/** The most that one answer may hold (contract 4). */
const DASHBOARDS_PER_PAGE = 200
/** Rules are ours by the beginning of their `source`; SigNoz keeps it and does not use it. */
export const RULE_SOURCE_PREFIX = 'git:alerts/rules/'

const MADE_BY_THE_SERVER = [
  'id',
  'state',
  'createdAt',
  'updatedAt',
  'createdBy',
  'updatedBy',
  'orgId',
  'locked',
]

interface ListedDashboard {
  id: string
  name: string
  tags: { key: string; value: string }[] | null
}

interface StoredRule {
  id: string
  alert: string
  source?: string
}

export async function readStored(client: SigNozClient): Promise<Stored[]> {
  return [
    ...(await readChannels(client)),
    ...(await readDashboards(client)),
    ...(await readRules(client)),
    ...(await readRetention(client)),
  ]
}

/** Names and ids of the dashboards that carry our tag. */
export function dashboardIds(stored: readonly Stored[]): Map<string, string> {
  return new Map(stored.flatMap(one => (one.kind === 'dashboard' && one.ours ? [[one.name, one.id]] : [])))
}

async function readChannels(client: SigNozClient): Promise<Stored[]> {
  const answer = await client.ask<{ id: string; name: string; data: string }[]>('GET', '/api/v1/channels')
  return expectDone(client, answer, 'the list of channels').map(({ id, name, data }) => ({
    kind: 'channel',
    name,
    id,
    document: JSON.parse(data) as object,
    ours: name.startsWith(CHANNEL_PREFIX),
  }))
}

/** All of them, not only those with our tag: a name that somebody else uses must be seen before it is posted. */
async function readDashboards(client: SigNozClient): Promise<Stored[]> {
  const found: Stored[] = []
  for (const listed of await listDashboards(client)) {
    const ours = (listed.tags ?? []).some(({ key, value }) => key === 'managed-by' && value === 'git')
    const document = ours ? await readDashboard(client, listed) : {}
    found.push({ kind: 'dashboard', name: listed.name, id: listed.id, document, ours })
  }
  return found
}

async function listDashboards(client: SigNozClient): Promise<ListedDashboard[]> {
  const found: ListedDashboard[] = []
  for (;;) {
    const path = `/api/v2/dashboards?limit=${DASHBOARDS_PER_PAGE}&offset=${found.length}`
    const answer = await client.ask<{ dashboards: ListedDashboard[] | null; total: number }>('GET', path)
    const page = expectDone(client, answer, 'the list of dashboards')
    found.push(...(page.dashboards ?? []))
    if (found.length >= page.total || (page.dashboards ?? []).length === 0) return found
  }
}

async function readDashboard(client: SigNozClient, { id, name }: ListedDashboard): Promise<object> {
  const answer = await client.ask<object>('GET', `/api/v2/dashboards/${id}`)
  return without(expectDone(client, answer, `the dashboard ${name}`), [...MADE_BY_THE_SERVER, 'source'])
}

/** A rule that was saved in the web page has another `source`, so those of a name are taken for ours too when git has that name. */
async function readRules(client: SigNozClient): Promise<Stored[]> {
  const answer = await client.ask<StoredRule[] | null>('GET', '/api/v2/rules')
  const rules = (expectDone(client, answer, 'the list of rules') ?? []).map(
    (rule): Stored => ({
      kind: 'rule',
      name: ruleName(rule),
      id: rule.id,
      document: without(rule, MADE_BY_THE_SERVER),
      ours: isOurs(rule),
    }),
  )
  return rules.sort((a, b) => Number(b.ours) - Number(a.ours))
}

/** By the file, so that a rule whose title was changed by hand is still found. */
function ruleName(rule: StoredRule): string {
  return isOurs(rule) ? rule.source!.slice(RULE_SOURCE_PREFIX.length).replace(/\.json$/, '') : rule.alert
}

function isOurs({ source }: StoredRule): boolean {
  return source?.startsWith(RULE_SOURCE_PREFIX) ?? false
}

function without(document: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(document).filter(([key]) => !keys.includes(key)))
}
