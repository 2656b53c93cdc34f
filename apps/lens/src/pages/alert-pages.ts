// Rules as the pages of alerts show them: state, since when, value against threshold, history, rule file, runbook, scenarios and the last drill.
import type { RuleFile, Thresholds } from '@deye-hard/monitoring'
import { Marked } from 'marked'
import type { AlertsView, AlertView, LensParts, RuleView } from '../server/parts.ts'
import type { ActiveAlertShown, AlertSummary, OneAlert, RuleStateShown } from './alert-shapes.ts'
import { drillOf, scenariosOf } from './proven.ts'

const TIERS = ['critical', 'warning', 'info'] as const
/** HTML in a runbook stays text: the files are ours, the page is not for scripts. */
const markdown = new Marked({ renderer: { html: ({ text }) => escapeHtml(text) } })

type Parts = Pick<LensParts, 'monitoring' | 'alerts' | 'mails' | 'proven'>

export function alertList({ monitoring, alerts }: Parts): AlertSummary[] {
  const view = alerts?.state()
  return monitoring.rules.map(rule => summaryOf(rule, monitoring.thresholds, view))
}

/** Undefined when there is no such rule. */
export function oneAlert({ monitoring, alerts, mails, proven }: Parts, id: string): OneAlert | undefined {
  const rule = monitoring.rules.find(one => one.id === id)
  if (rule === undefined) return undefined
  const view = alerts?.state()
  const runbook = monitoring.runbooks.find(one => one.id === id)
  const threshold = monitoring.thresholds[id]
  return {
    ...summaryOf(rule, monitoring.thresholds, view),
    annotations: rule.document.annotations,
    history: (view?.history ?? []).filter(({ ruleId }) => ruleId === id).toReversed(),
    file: { path: rule.file, text: JSON.stringify(rule.document, null, 2) },
    numbers: threshold === undefined ? null : JSON.stringify(threshold, null, 2),
    runbookHtml: runbook === undefined ? null : (markdown.parse(runbook.text, { async: false }) as string),
    scenarios: scenariosOf(proven, id),
    drill: drillOf(proven, id),
    mails: (mails?.list() ?? []).filter(mail => mail.rule === id),
  }
}

function summaryOf(rule: RuleFile, thresholds: Thresholds, view: AlertsView | undefined): AlertSummary {
  const state = view?.rules[rule.id]
  const threshold = thresholds[rule.id]
  const unit = rule.document.compositeQuery.unit ?? ''
  const active = Object.values(state?.alerts ?? {}).map((alert): ActiveAlertShown => {
    const { seriesLabels, tier, value, state: held, firedAtMs, resolvedAtMs, annotations } = alert
    const summary = annotations['summary'] ?? ''
    return {
      labels: seriesLabels,
      tier,
      value,
      threshold: alert.threshold,
      state: held,
      firedAtMs,
      resolvedAtMs,
      summary,
    }
  })
  return {
    id: rule.id,
    description: rule.document.description,
    isDisabled: rule.document.disabled === true,
    state: stateOf(view, state),
    unit,
    thresholdUnit: threshold?.unit ?? unit,
    op: rule.document.op ?? '',
    tiers: TIERS.flatMap(tier => {
      const value = threshold?.tiers[tier]
      return value === undefined ? [] : [{ tier, value }]
    }),
    window: threshold?.window ?? '',
    lastEvaluatedMs: state?.lastEvaluatedMs ?? null,
    problem: state?.problem ?? null,
    alerts: active.sort((a, b) => b.firedAtMs - a.firedAtMs),
  }
}

function stateOf(view: AlertsView | undefined, state: RuleView | undefined): RuleStateShown {
  if (view === undefined || state === undefined || state.lastEvaluatedMs === null) return 'not evaluated'
  const active = Object.values(state.alerts).filter((alert: AlertView) => alert.state !== 'inactive')
  if (active.some(({ tier }) => tier === null)) return 'no data'
  if (active.some(alert => alert.state === 'firing')) return 'firing'
  return active.length > 0 ? 'recovering' : 'inactive'
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
