// Lens beside the watched SigNoz: its collector sends the same stream to both, and both work by the same files.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Monitoring, QueryResult } from '@deye-hard/monitoring'
import { type NodeProcess, spawnNode } from '@deye-hard/testkit'
import { PROJECT_ROOT } from '../../../src/project.ts'
import { GitCopy } from '../provisioned.ts'
import { QUICK_ALERTS } from './lab.ts'
import type { shortened } from './shortened.ts'

const ENTRY = join(PROJECT_ROOT, 'apps/lens/src/main.ts')
const START_LIMIT_MS = 60_000
const RULES = 'alerts/rules'
const ABSENT = 'alerts/rules-that-wait'

export interface LensRule {
  id: string
  state: string
}
export interface LensMail {
  rule: string
  isResolved: boolean
  receivedMs: number
}

export class WatchedLens {
  readonly url: string
  readonly otlpPort: number
  readonly #files: GitCopy
  readonly #process: NodeProcess

  private constructor(files: GitCopy, child: NodeProcess, listening: Record<string, unknown>) {
    this.url = String(listening['url'])
    this.otlpPort = Number(listening['otlp_grpc_port'])
    this.#files = files
    this.#process = child
  }

  /** Without rules: like SigNoz it gets them when something is broken already. */
  static async start(folder: string): Promise<WatchedLens> {
    const files = new GitCopy()
    renameSync(join(files.root, RULES), join(files.root, ABSENT))
    mkdirSync(join(files.root, RULES))
    const child = spawnNode(ENTRY, {
      ...{ LENS_ROOT: files.root, LENS_DATA_DIR: join(folder, 'lens'), LENS_SCRAPE: 'false' },
      ...{ LENS_PORT: '0', LENS_OTLP_GRPC_PORT: '0', LENS_OTLP_HTTP_PORT: '0' },
      LENS_ALERT_EVAL_DELAY: QUICK_ALERTS.SIGNOZ_RULER_EVAL__DELAY,
      LENS_ALERT_GROUP_WAIT: QUICK_ALERTS.SIGNOZ_ALERTMANAGER_SIGNOZ_ROUTE_GROUP__WAIT,
      LENS_ALERT_GROUP_INTERVAL: QUICK_ALERTS.SIGNOZ_ALERTMANAGER_SIGNOZ_ROUTE_GROUP__INTERVAL,
    })
    return new WatchedLens(files, child, await child.waitForMessage('listening', START_LIMIT_MS))
  }

  /** The rules of the repository with the numbers that SigNoz gets; lens sees by itself that they are there. */
  giveRules({ rules, thresholds }: Monitoring, override: ReturnType<typeof shortened>): void {
    const numbers = { ...thresholds }
    for (const rule of rules) {
      const { requiredNumPoints, ...changed } = override(rule, thresholds[rule.id]!)
      numbers[rule.id] = { ...thresholds[rule.id]!, ...changed }
      if (rule.document.requireMinPoints !== true) continue
      const file = join(this.#files.root, rule.file.replace(RULES, ABSENT))
      writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), requiredNumPoints }))
    }
    this.#files.write('alerts/thresholds.json', numbers)
    renameSync(join(this.#files.root, ABSENT), join(this.#files.root, 'alerts/rules-that-came'))
    renameSync(join(this.#files.root, RULES), join(this.#files.root, ABSENT))
    renameSync(join(this.#files.root, 'alerts/rules-that-came'), join(this.#files.root, RULES))
  }

  async rules(): Promise<LensRule[]> {
    return (await this.#ask<{ rules: LensRule[] }>('/api/alerts')).rules
  }

  /** Oldest first. */
  async mails(): Promise<LensMail[]> {
    const { mails } = await this.#ask<{ mails: { rule: string; status: string; receivedMs: number }[] }>(
      '/api/mails',
    )
    return mails
      .map(({ rule, status, receivedMs }) => ({ rule, isResolved: status === 'resolved', receivedMs }))
      .reverse()
  }

  /** Throws the reason when lens does not draw it. */
  async panel(request: {
    dashboard: string
    panel: string
    startMs: number
    endMs: number
    variables: Readonly<Record<string, string>>
  }): Promise<QueryResult> {
    const answer = await this.#ask<({ kind: 'data' } & QueryResult) | { kind: 'refused'; reason: string }>(
      '/api/query',
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(request) },
    )
    if (answer.kind === 'refused') throw new Error(`${request.dashboard} ${request.panel}: ${answer.reason}`)
    return answer
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGTERM')
    await this.#process.exited
    this.#files.end()
  }

  async #ask<T>(path: string, init: RequestInit = {}): Promise<T> {
    const response = await fetch(this.url + path, init)
    const text = await response.text()
    if (!response.ok) throw new Error(`lens, ${path}: ${response.status} ${text}`)
    return JSON.parse(text) as T
  }
}
