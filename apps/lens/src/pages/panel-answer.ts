// The data of one panel: its queries over the time that it shows, with the values of the page's variables.
import { type Monitoring, type Panel, type QueryEnvelope, queriesOfPanel } from '@deye-hard/monitoring'
import { type Answered, ask, type Queries } from './ask.ts'
import { type Bounds, UNCOUNTED } from './bounds.ts'
import type { TimeRange } from './drawing/time-range.ts'
import type { DrawnResult, PanelAnswer, PanelRequest } from './page-shapes.ts'
import { withRunningMinute } from './running-minute.ts'

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

interface Circumstances {
  bounds?: Bounds
  /** Without it the running minute is never shown. */
  nowMs?: number
}
type Data = Extract<Answered, { kind: 'data' }>

/** Undefined when there is no such panel. */
export async function panelAnswer(
  monitoring: Monitoring,
  engine: Queries,
  request: PanelRequest,
  { bounds = UNCOUNTED, nowMs }: Circumstances = {},
): Promise<PanelAnswer | undefined> {
  const panel = findPanel(monitoring, request.dashboard, request.panel)
  if (panel === undefined) return undefined
  const range = panelRange(panel, request)
  const requestType = panel.spec.queries[0]?.kind
  if (requestType === undefined || requestType === 'trace')
    return { kind: 'refused', query: '', reason: 'the panel has no query that lens draws' }
  const queries = queriesOfPanel(panel, '').map(({ path: _, ...query }) => query as QueryEnvelope)
  const asked = { requestType, queries, variables: request.variables } as const
  const answer = await ask(engine, { ...range, ...asked })
  if (answer.kind === 'refused') return answer
  const wider = isEmpty(answer) && nowMs !== undefined ? withRunningMinute(queries, range, nowMs) : null
  if (wider === null) return { ...range, ...boundedSeries(answer, bounds) }
  const early = await ask(engine, { ...wider, ...asked })
  if (early.kind === 'refused' || isEmpty(early)) return { ...range, ...boundedSeries(answer, bounds) }
  return { ...range, ...boundedSeries(early, bounds), isOfRunningMinute: true }
}

function isEmpty({ results }: Data): boolean {
  return results.every(result =>
    result.kind === 'time_series' ? result.series.length === 0 : result.rows.length === 0,
  )
}

/** The first lines of all results, as many as a chart may have. */
export function boundedSeries(answer: Data, { limits, hit }: Bounds): Data & DrawnResult {
  let room = limits.series
  let seriesLeft = 0
  const results = answer.results.map(result => {
    if (result.kind !== 'time_series') return result
    const series = result.series.slice(0, room)
    room -= series.length
    seriesLeft += result.series.length - series.length
    return { ...result, series }
  })
  if (seriesLeft > 0) hit('series')
  return { ...answer, results, seriesLeft }
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
