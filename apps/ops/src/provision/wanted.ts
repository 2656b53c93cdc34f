// What git and the settings say SigNoz must have.
import {
  checkMonitoring,
  dashboardPayload,
  type Fault,
  loadMonitoring,
  type Monitoring,
  type PayloadContext,
  rulePayload,
} from '@deye-hard/monitoring'
import { OpsError } from '../errors.ts'
import type { Wanted } from './change.ts'
import { EMAIL_CHANNEL, emailChannel } from './email-channel.ts'

/** How many faults are listed before the rest is only counted. */
const FAULTS_SHOWN = 20
/** Without a URL a mail names the file of the runbook. */
export const RUNBOOK_FILES = 'alerts/runbooks'

export interface WantedOptions {
  /** The folder with dashboards/, alerts/ and signoz/. */
  root: string
  emailTo: string
  runbookBaseUrl: string | undefined
  /** As a browser reaches SigNoz. */
  externalUrl: string
  retentionDays: Record<Signal, number>
  /** Shorter windows for tests. */
  override?: PayloadContext['override']
}

export const SIGNALS = ['traces', 'metrics', 'logs'] as const
export type Signal = (typeof SIGNALS)[number]

/** Everything of git, read and checked once; throws OPS_CONFIGURATION with each fault. */
export function readGit(root: string): Monitoring {
  const { monitoring, faults } = loadMonitoring(root)
  const all = [...faults, ...checkMonitoring(monitoring)]
  if (all.length > 0) throw faulty(all)
  return monitoring
}

/** `dashboardIds`: what SigNoz called those of our dashboards that it has; links to others lead to the list. */
export function wantedOf(
  monitoring: Monitoring,
  options: WantedOptions,
  dashboardIds: ReadonlyMap<string, string>,
): Wanted[] {
  const context: PayloadContext = {
    channel: EMAIL_CHANNEL,
    runbookBaseUrl: options.runbookBaseUrl ?? RUNBOOK_FILES,
    signozUrl: options.externalUrl,
    dashboardIds,
    ...(options.override === undefined ? {} : { override: options.override }),
  }
  return [
    emailChannel(options.root, options.emailTo),
    ...monitoring.dashboards.map(
      (dashboard): Wanted => ({
        kind: 'dashboard',
        name: dashboard.name,
        origin: dashboard.file,
        document: dashboardPayload(dashboard, dashboardIds),
      }),
    ),
    ...monitoring.rules.map(
      (rule): Wanted => ({
        kind: 'rule',
        name: rule.id,
        origin: rule.file,
        document: rulePayload(rule, monitoring.thresholds, context),
      }),
    ),
    ...SIGNALS.map(
      (signal): Wanted => ({
        kind: 'retention',
        name: signal,
        origin: `RETENTION_DAYS_${signal.toUpperCase()}`,
        document: { days: options.retentionDays[signal] },
      }),
    ),
  ]
}

function faulty(faults: readonly Fault[]): OpsError {
  const lines = faults
    .slice(0, FAULTS_SHOWN)
    .map(({ file, path, message }) => `  ${file}${path === '' ? '' : `: ${path}`}: ${message}`)
  const rest = faults.length - lines.length
  return new OpsError(
    'OPS_CONFIGURATION',
    `The files have ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}, nothing was changed:\n${lines.join('\n')}${rest > 0 ? `\n  and ${rest} more` : ''}`,
  )
}
