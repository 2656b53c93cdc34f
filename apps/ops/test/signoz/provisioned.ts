// A copy of the files that SigNoz is provisioned from, to be changed by a test, and what is needed to look at the outcome.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from '@deye-hard/config'
import { PROJECT_ROOT } from '../../src/project.ts'
import { apply } from '../../src/provision/apply.ts'
import type { Kind } from '../../src/provision/change.ts'
import { makePlan, type Plan } from '../../src/provision/plan.ts'
import { provision } from '../../src/provision/provision.ts'
import { SigNozClient } from '../../src/provision/signoz-client.ts'
import { readStored } from '../../src/provision/stored.ts'
import type { SigNozAddress } from './signoz.ts'

export const EMAIL_TO = 'ops@example.org, oncall@example.org'

// biome-ignore lint/suspicious/noExplicitAny: tests change documents whose shape other packages own.
type Document = any

export class GitCopy {
  readonly root = mkdtempSync(join(tmpdir(), 'git-copy-'))

  constructor() {
    for (const folder of ['dashboards', 'alerts', 'signoz'])
      cpSync(join(PROJECT_ROOT, folder), join(this.root, folder), { recursive: true })
  }

  read(file: string): Document {
    return JSON.parse(readFileSync(join(this.root, file), 'utf8'))
  }

  change(file: string, change: (document: Document) => void): void {
    const document = this.read(file)
    change(document)
    this.write(file, document)
  }

  write(file: string, content: Document): void {
    const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2)
    writeFileSync(join(this.root, file), text)
  }

  /** A dashboard `spare` and a rule `SpareRule`, each like one that is there. */
  addSpare(): void {
    const dashboard = this.read('dashboards/home.json')
    dashboard.spec.display.name = 'Spare'
    this.write('dashboards/spare.json', { ...dashboard, name: 'spare' })
    const rule = this.read('alerts/rules/ReadingsUnaccounted.json')
    this.write('alerts/rules/SpareRule.json', { ...rule, alert: 'SpareRule' })
    this.change('alerts/thresholds.json', thresholds => {
      thresholds.SpareRule = thresholds.ReadingsUnaccounted
    })
    const runbook = readFileSync(join(this.root, 'alerts/runbooks/ReadingsUnaccounted.md'), 'utf8')
    this.write('alerts/runbooks/SpareRule.md', runbook.replaceAll('ReadingsUnaccounted', 'SpareRule'))
  }

  end(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}

export function clientFor({ url, email, password }: SigNozAddress): SigNozClient {
  return new SigNozClient(url, { kind: 'login', email, password: new Secret(password) })
}

/** As `ops provision` does, without a process of its own. */
export function provisionFrom(client: SigNozClient, git: GitCopy): Promise<Plan> {
  return provision(client, {
    root: git.root,
    planOnly: false,
    prune: false,
    firstDataLimitMs: 0,
    progress: () => {},
    emailTo: EMAIL_TO,
    runbookBaseUrl: undefined,
    externalUrl: client.url,
    retentionDays: { traces: 7, metrics: 7, logs: 7 },
  })
}

/** Everything that provisioning ever made, except a channel that rules of somebody else use. */
export async function removeAllOfOurs(client: SigNozClient): Promise<void> {
  const { leftovers } = makePlan([], await readStored(client))
  for (const change of leftovers) {
    await apply(client, change).catch(error => {
      if (change.kind !== 'channel') throw error
    })
  }
}

/** By `kind name`: the id, and when it was written last. */
export async function writtenAt(client: SigNozClient): Promise<Record<string, string>> {
  const rules = await ask<Listed[]>(client, '/api/v2/rules')
  const channels = await ask<Listed[]>(client, '/api/v1/channels')
  const { dashboards } = await ask<{ dashboards: Listed[] }>(client, '/api/v2/dashboards?limit=200')
  const entries = (kind: Kind, listed: Listed[]) =>
    listed.map(one => [`${kind} ${one.alert ?? one.name}`, `${one.id} ${one.updatedAt}`] as const)
  return Object.fromEntries([
    ...entries('rule', rules),
    ...entries('channel', channels),
    ...entries('dashboard', dashboards),
  ])
}

/** Names of the objects that are not the same in both. */
export function changedBetween(before: Record<string, string>, after: Record<string, string>): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter(name => before[name] !== after[name]).sort()
}

export async function ask<T>(client: SigNozClient, path: string): Promise<T> {
  const answer = await client.ask<T>('GET', path)
  if (answer.kind !== 'done') throw new Error(`${path}: ${JSON.stringify(answer)}`)
  return answer.data
}

interface Listed {
  id: string
  name?: string
  alert?: string
  updatedAt: string
}
