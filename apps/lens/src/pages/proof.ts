// What can be shown to work: panels that have data now, rules with scenarios and the last drill, metrics that arrived, the ledger of readings.
import { METRICS, type MetricDeclaration, SCRAPED_METRICS } from '@deye-hard/telemetry-schema'
import type { LensParts } from '../server/parts.ts'
import { alertList } from './alert-pages.ts'
import { askRows } from './ask.ts'
import type { PanelAnswer } from './page-shapes.ts'
import { panelAnswer } from './panel-answer.ts'
import type { MetricProof, ProofAnswer } from './proof-shapes.ts'
import { drillOf, scenariosOf } from './proven.ts'

const WINDOW_MS = 30 * 60_000
const HOUR_MS = 3_600_000
const ALL = '__all__'
const LEDGER = ['received', 'stored', 'duplicate', 'quarantined', 'unaccounted'].map(
  part => `solar.readings.${part}`,
)
const SUFFIXES = /\.(bucket|count|sum|min|max)$/

type PanelOfProof = ProofAnswer['panels'][number]

export async function proof(parts: LensParts): Promise<ProofAnswer> {
  const atMs = parts.now()
  const panels: PanelOfProof[] = []
  // One after another: a page of proof must not hold up the dashboards.
  for (const { name, document } of parts.monitoring.dashboards)
    for (const [panel, { spec }] of Object.entries(document.spec.panels))
      panels.push({
        dashboard: name,
        panel,
        title: spec.display.name,
        question: spec.display.description ?? '',
        ...(await panelProof(parts, name, panel)),
      })
  return {
    atMs,
    drill: drillInShort(parts),
    panels,
    rules: alertList(parts).map(({ id, state }) => ({
      id,
      hasRunbook: parts.monitoring.runbooks.some(runbook => runbook.id === id),
      state: parts.alerts === undefined ? null : state,
      scenarios: scenariosOf(parts.proven, id),
      drill: drillOf(parts.proven, id),
    })),
    metrics: await seenMetrics(parts, atMs),
    ledger: await ledger(parts, atMs),
  }
}

function drillInShort({ proven }: LensParts): ProofAnswer['drill'] {
  if (proven === undefined || proven.drill === null) return null
  const { rules: _, ...drill } = proven.drill
  return drill
}

async function panelProof(
  { monitoring, engine, now }: LensParts,
  dashboard: string,
  panel: string,
): Promise<Pick<PanelOfProof, 'state' | 'reason'>> {
  const spec = monitoring.dashboards.find(({ name }) => name === dashboard)?.document.spec
  const variables = Object.fromEntries((spec?.variables ?? []).map(variable => [variable.spec.name, ALL]))
  const endMs = now()
  const answer = await panelAnswer(monitoring, engine, {
    dashboard,
    panel,
    startMs: endMs - WINDOW_MS,
    endMs,
    variables,
  })
  if (answer === undefined) return { state: 'refused', reason: 'not found' }
  if (answer.kind === 'refused')
    return { state: 'refused', reason: `${answer.query} ${answer.reason}`.trim() }
  return { state: hasData(answer) ? 'data' : 'empty', reason: '' }
}

export function hasData(answer: Extract<PanelAnswer, { kind: 'data' }>): boolean {
  return answer.results.some(result =>
    result.kind === 'time_series' ? result.series.length > 0 : result.rows.length > 0,
  )
}

async function seenMetrics({ engine }: LensParts, atMs: number): Promise<ProofAnswer['metrics']> {
  const since = Math.floor((atMs - WINDOW_MS) / HOUR_MS) * HOUR_MS
  const sql = `SELECT DISTINCT metric_name FROM signoz_metrics.distributed_time_series_v4 WHERE unix_milli >= ${since}`
  const answer = await askRows(engine, sql, 'metrics')
  const rows = answer.kind === 'rows' ? answer.rows : []
  const seen = new Set(rows.map(row => String(row['metric_name']).replace(SUFFIXES, '')))
  const declared = (metrics: Readonly<Record<string, MetricDeclaration>>, way: MetricProof['way']) =>
    Object.entries(metrics).map(([name, { by, notInTour = '' }]) => ({
      name,
      by: by.join(', '),
      way,
      isSeen: seen.has(name),
      why: notInTour,
    }))
  return [...declared(METRICS, 'OTLP'), ...declared(SCRAPED_METRICS, 'scrape')]
}

async function ledger({ engine }: LensParts, atMs: number): Promise<ProofAnswer['ledger']> {
  const names = LEDGER.map(name => `'${name}'`).join(', ')
  const sql = `SELECT metric_name, sum(last) AS total FROM (
    SELECT metric_name, fingerprint, argMax(value, unix_milli) AS last FROM signoz_metrics.distributed_samples_v4
    WHERE metric_name IN (${names}) AND unix_milli BETWEEN ${atMs - WINDOW_MS} AND ${atMs} AND bitAnd(flags, 1) = 0
    GROUP BY metric_name, fingerprint) GROUP BY metric_name`
  const answer = await askRows(engine, sql, 'ledger')
  const rows = answer.kind === 'rows' ? answer.rows : []
  const totals = new Map(rows.map(row => [String(row['metric_name']), Number(row['total'])]))
  return LEDGER.map(name => ({ name, value: totals.get(name) ?? null }))
}
