// A scenario in a real SigNoz: its telemetry lies around now, so that the rule sees at once what it waits for, and a minute later the calm.
import {
  durationSeconds,
  type ExpectedMail,
  type MetricsRequestJson,
  type PayloadContext,
  type RuleFile,
  rulePayload,
  type ScenarioFile,
  scenarioTelemetry,
  type Thresholds,
} from '@deye-hard/monitoring'
import { PROJECT_ROOT } from '../../../src/project.ts'
import { EMAIL_CHANNEL } from '../../../src/provision/email-channel.ts'

const MINUTE_MS = 60_000
const RUN = /^(\S+)x([0-9]+)$/
/** Windows, points and numbers stay the repository's. */
const FREQUENCY = '15s'

export interface Staged {
  scenario: ScenarioFile
  /** Of the rule in SigNoz; also its environment, by which it sees its own telemetry alone. */
  name: string
  tier: ExpectedMail['tier'] | null
  /** The window that ends a minute later has the calm in it, which ends rules of every minute and of the last one. */
  endsAtOnce: boolean
  /** Body of POST /api/v2/rules. */
  rule: StagedRule
  windowSeconds: number
}

interface StagedRule {
  condition: { compositeQuery: { queries: readonly object[] } }
}

/** `run` makes names that SigNoz has not seen yet. */
export function stage(
  scenario: ScenarioFile,
  rule: RuleFile,
  thresholds: Thresholds,
  { run, signozUrl }: { run: string; signozUrl: string },
): Staged {
  const name = `${scenario.rule}.${scenario.name}.${run}`
  return {
    scenario,
    name,
    tier: scenario.document.expect.findLast(({ state }) => state === 'firing')?.tier ?? null,
    endsAtOnce: ['all_the_times', 'last'].includes(rule.document.matchType ?? ''),
    rule: {
      ...(rulePayload(ofEnvironment(rule, name), thresholds, context(signozUrl)) as StagedRule),
      ...{ alert: name },
    },
    windowSeconds: durationSeconds(thresholds[rule.id]!.window),
  }
}

/** `turnMs` is a whole minute: from then on for a minute, windows end where the scenario becomes calm for good, or ends. */
export function telemetryOf({ scenario, name }: Staged, turnMs: number): MetricsRequestJson {
  const series = scenario.document.series.map(one => ({
    ...one,
    labels: { ...one.labels, 'deployment.environment.name': name },
  }))
  const startMs = turnMs - turnMinute(scenario) * MINUTE_MS
  return scenarioTelemetry({ ...scenario.document, series }, startMs)
}

/** The latest minute at which a series changes, or the end of the scenario when none does. */
function turnMinute({ document }: ScenarioFile): number {
  const ends = document.series.map(({ perMinute }) => {
    const lengths = perMinute.split(' ').map(text => Number(RUN.exec(text)![2]))
    const total = lengths.reduce((sum, length) => sum + length, 0)
    return lengths.length === 1 ? { turn: 0, total } : { turn: total - lengths.at(-1)!, total }
  })
  const turn = Math.max(...ends.map(end => end.turn))
  return turn === 0 ? Math.max(...ends.map(end => end.total)) : turn
}

function ofEnvironment(rule: RuleFile, environment: string): RuleFile {
  const own = `deployment.environment.name = '${environment}'`
  const document = structuredClone(rule.document)
  for (const { type, spec } of document.compositeQuery.queries) {
    if (type !== 'builder_query') continue
    const expression = spec.filter === undefined ? own : `(${spec.filter.expression}) AND ${own}`
    Object.assign(spec, { filter: { expression } })
  }
  return { ...rule, document }
}

function context(signozUrl: string): PayloadContext {
  return {
    channel: EMAIL_CHANNEL,
    runbookBaseUrl: PROJECT_ROOT,
    signozUrl,
    dashboardIds: new Map(),
    override: () => ({ frequency: FREQUENCY }),
  }
}
