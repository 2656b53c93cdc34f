// Counts what happened and why as plain numbers; telemetry reads them at each export, under the names of the schema.
import { instruments, type Read } from '@deye-hard/telemetry'
import { METRICS, type MetricDeclaration, type MetricOf, type ValueOf } from '@deye-hard/telemetry-schema'

interface Declared {
  metric: MetricOf<'counter'>
  /** The label whose values are the reasons; null where there is but one. */
  label: string | null
  /** `ok` is a reason more; the label `outcome` says which it was. */
  mayBeOk?: true
}

const COUNTERS = {
  limit_hits: { metric: 'solar.api.limit_hits', label: 'limit' },
  problems: { metric: 'solar.api.problems', label: 'problem' },
  requests_aborted: { metric: 'solar.api.requests_aborted', label: null },
  key_reloads: { metric: 'solar.api.key_reloads', label: 'outcome' },
  access_refused: { metric: 'solar.auth.access_refused', label: 'reason' },
  login_failures: { metric: 'solar.auth.login_failures', label: 'reason' },
  token_refreshes: { metric: 'solar.auth.token_refreshes', label: 'reason', mayBeOk: true },
  service_tokens: { metric: 'solar.auth.service_tokens', label: 'reason', mayBeOk: true },
  sessions_expired: { metric: 'solar.auth.sessions_expired', label: 'reason' },
  sessions_revoked: { metric: 'solar.auth.sessions_revoked', label: 'reason' },
  messages: { metric: 'solar.measurements.ingested', label: 'outcome' },
} as const satisfies Record<string, Declared>

export type CounterName = keyof typeof COUNTERS
type LabelOf<C extends CounterName> = (typeof COUNTERS)[C]['label']
type LabelsOf<C extends CounterName> = (typeof METRICS)[(typeof COUNTERS)[C]['metric']]['labels']
/** The values of the schema; others do not compile. */
export type ReasonOf<C extends CounterName> =
  | (LabelOf<C> extends keyof LabelsOf<C> ? ValueOf<LabelsOf<C>[LabelOf<C>]> & string : 'any')
  | ((typeof COUNTERS)[C] extends { mayBeOk: true } ? 'ok' : never)

export interface Counters {
  add<C extends CounterName>(name: C, reason: ReasonOf<C>, amount?: number): void
  get<C extends CounterName>(name: C, reason: ReasonOf<C>): number
  /** Ends the export. */
  close(): void
}

/** Whatever has not happened yet counts 0, so that its first time is seen as a rise. */
export function createCounters(): Counters {
  const counts = new Map<CounterName, Map<string, number>>()
  const endings: (() => void)[] = []
  for (const name of Object.keys(COUNTERS) as CounterName[]) {
    const declared: Declared = COUNTERS[name]
    const ofName = new Map(reasonsOf(declared).map(reason => [reason, 0]))
    counts.set(name, ofName)
    endings.push(instruments.observe(declared.metric, readOf(declared, ofName)))
  }
  return {
    add(name, reason, amount = 1) {
      const ofName = counts.get(name)!
      ofName.set(reason, ofName.get(reason)! + amount)
    },
    get: (name, reason) => counts.get(name)!.get(reason)!,
    close() {
      for (const end of endings) end()
    },
  }
}

function reasonsOf({ metric, label, mayBeOk }: Declared): string[] {
  if (label === null) return ['any']
  const { labels }: MetricDeclaration = METRICS[metric]
  const domain = labels[label]
  if (domain?.kind !== 'closed') throw new Error(`${metric} has no list of values for ${label}`)
  return [...(mayBeOk ? ['ok'] : []), ...domain.values.map(String)]
}

function readOf(declared: Declared, counts: ReadonlyMap<string, number>): Read<MetricOf<'counter'>> {
  const labelled = [...counts.keys()].map(reason => [reason, labelsFor(declared, reason)] as const)
  return given => {
    const report = given as (value: number, labels: object) => void
    for (const [reason, labels] of labelled) report(counts.get(reason)!, labels)
  }
}

function labelsFor({ label, mayBeOk }: Declared, reason: string): Record<string, string> {
  if (label === null) return {}
  if (reason === 'ok' && mayBeOk) return { outcome: 'ok' }
  return { ...(mayBeOk ? { outcome: 'failed' } : {}), [label]: reason }
}
