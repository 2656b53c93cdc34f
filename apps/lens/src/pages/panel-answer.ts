// The data of one panel: its queries over the time that it shows, with the values of the page's variables.
import { type Monitoring, type Panel, type QueryEnvelope, queriesOfPanel } from '@deye-hard/monitoring'
import { ask, type Queries } from './ask.ts'
import type { TimeRange } from './drawing/time-range.ts'
import type { PanelAnswer, PanelRequest } from './page-shapes.ts'

const MINUTE_MS = 60_000
/** Times that a panel may prefer over that of the page. */
const PREFERRED_MINUTES: Readonly<Record<string, number>> = {
  last_5_min: 5,
  last_15_min: 15,
  last_30_min: 30,
  last_1_hr: 60,
  last_6_hr: 360,
  last_1_day: 1_440,
  last_3_days: 4_320,
  last_1_week: 10_080,
  last_1_month: 43_200,
}

/** Undefined when there is no such panel. */
export async function panelAnswer(
  monitoring: Monitoring,
  engine: Queries,
  request: PanelRequest,
): Promise<PanelAnswer | undefined> {
  const panel = findPanel(monitoring, request.dashboard, request.panel)
  if (panel === undefined) return undefined
  const range = panelRange(panel, request)
  const requestType = panel.spec.queries[0]?.kind
  if (requestType === undefined || requestType === 'trace')
    return { kind: 'refused', query: '', reason: 'the panel has no query that lens draws' }
  const queries = queriesOfPanel(panel, '').map(({ path: _, ...query }) => query as QueryEnvelope)
  const answer = await ask(engine, { ...range, requestType, queries, variables: request.variables })
  return answer.kind === 'refused' ? answer : { ...range, ...answer }
}

export function findPanel(monitoring: Monitoring, dashboard: string, panel: string): Panel | undefined {
  const file = monitoring.dashboards.find(({ name }) => name === dashboard)
  const panels = file?.document.spec.panels ?? {}
  return Object.hasOwn(panels, panel) ? panels[panel] : undefined
}

function panelRange(panel: Panel, { startMs, endMs }: TimeRange): TimeRange {
  const { spec } = panel.spec.plugin
  const preference = 'visualization' in spec ? spec.visualization?.timePreference : undefined
  const minutes = PREFERRED_MINUTES[preference ?? '']
  return minutes === undefined ? { startMs, endMs } : { startMs: endMs - minutes * MINUTE_MS, endMs }
}
