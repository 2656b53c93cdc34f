// The power of each logger over the last day, and when it is night at its site.
import { type Night, nightsBetween } from '@deye-hard/domain'
import type { CurveRow, FleetRows } from '../postgres/fleet-rows.ts'
import { type Bounds, bounded } from './bounds.ts'
import type { FleetPowerAnswer, PowerCurve } from './page-shapes.ts'

const DAY_MS = 86_400_000
/** Of one point of a curve. */
const STEP_MS = 15 * 60_000
const NO_DATABASE = 'LENS_DATABASE_URL is not set, so that there are no rows to look at'

export async function fleetPower(
  rows: FleetRows | undefined,
  nowMs: number,
  bounds: Bounds,
): Promise<FleetPowerAnswer> {
  if (rows === undefined) return { kind: 'refused', query: '', reason: NO_DATABASE }
  const endMs = Math.ceil(nowMs / STEP_MS) * STEP_MS
  const startMs = endMs - DAY_MS
  const answer = await rows.curves(startMs, endMs, STEP_MS, bounds.limits.curves)
  if (answer.kind === 'refused') return { ...answer, query: 'power' }
  const { kept, left } = bounded(answer.value, 'curves', bounds)
  const nights = new Map<string, readonly Night[]>()
  return {
    kind: 'data',
    startMs,
    endMs,
    stepMs: STEP_MS,
    curves: kept.map(row => curveOf(row, nightsOf(row, startMs, endMs, nights))),
    isCut: left > 0,
  }
}

function curveOf({ serial, rated_power_w, steps, watts }: CurveRow, nights: readonly Night[]): PowerCurve {
  const drawn = new Array<number | null>(DAY_MS / STEP_MS).fill(null)
  for (const [index, step] of (steps ?? []).entries()) drawn[step] = watts?.[index] ?? null
  return { serial, ratedW: rated_power_w, watts: drawn, nights }
}

/** Many loggers share a site. */
function nightsOf(
  { latitude, longitude }: CurveRow,
  startMs: number,
  endMs: number,
  known: Map<string, readonly Night[]>,
): readonly Night[] {
  const place = `${latitude} ${longitude}`
  const nights = known.get(place) ?? nightsBetween({ latitude, longitude }, startMs, endMs)
  known.set(place, nights)
  return nights
}
