// Keeps the current view of each inverter: its newest live reading, with energy counters that never fall.
import { type EnergyState, guardEnergy } from '@deye-hard/domain'
import type { Client } from '../database.ts'
import { arrayLiteral } from './array-literal.ts'
import type { PlannedReading } from './plan.ts'

/** A view from further ahead than this was made under a wrong clock and gives way to any newer reading. */
const CLOCK_TOLERANCE_MS = 5 * 60_000

interface StateRow {
  inverter_id: number
  inverter_serial: string | null
  energy_today_kwh: number | null
  energy_total_kwh: number | null
  energy_guard: EnergyState | null
  device: Record<string, string | number>
  /** Time of `newest`, or of the reading that the row was made from; ms. */
  acquired_at_ms: number | null
  /** The reading that the row is to be made from. */
  newest?: PlannedReading
  deviceChanged?: boolean
}

/** Buffered readings are history and change nothing here. Rows are locked in the order of inverters. */
export async function updateStates(
  client: Client,
  readings: readonly PlannedReading[],
  now: Date,
): Promise<void> {
  const live = readings.filter(({ reading }) => !reading.buffered).sort((a, b) => a.timeMs - b.timeMs)
  if (live.length === 0) return
  const states = await lockStates(client, [...new Set(live.map(row => row.registration.inverterId))])
  const changed = new Set<StateRow>()
  for (const row of live) {
    const state = states.get(row.registration.inverterId)
    if (!state || !isNewer(row, state, now)) continue
    advance(state, row)
    changed.add(state)
  }
  await writeStates(client, [...changed])
}

async function lockStates(client: Client, inverterIds: number[]): Promise<Map<number, StateRow>> {
  const { rows } = await client.query<StateRow>('ingest.lock_states', {
    prepared: true,
    text: `SELECT inverter_id, inverter_serial, energy_today_kwh, energy_total_kwh, energy_guard, device,
                  (extract(epoch FROM acquired_at) * 1000)::double precision AS acquired_at_ms
           FROM inverter_state WHERE inverter_id = ANY ($1::integer[]) ORDER BY inverter_id FOR UPDATE`,
    values: [arrayLiteral(inverterIds, id => id)],
  })
  return new Map(rows.map(row => [row.inverter_id, row]))
}

function isNewer({ timeMs }: PlannedReading, state: StateRow, now: Date): boolean {
  const lastMs = state.acquired_at_ms ?? Number.NEGATIVE_INFINITY
  return timeMs > lastMs || lastMs > now.getTime() + CLOCK_TOLERANCE_MS
}

/** A withheld counter keeps its last value, unless another device took the place. */
function advance(state: StateRow, newest: PlannedReading): void {
  const { timeMs, reading, registration } = newest
  const { energy_today_kwh, energy_total_kwh } = reading.values
  const guarded = guardEnergy(state.energy_guard, {
    inverterSerial: reading.inverter_serial,
    atMs: timeMs,
    localDay: reading.inverter_clock_local?.slice(0, 10) ?? localDay(timeMs, registration.timezone),
    buffered: false,
    values: {
      ...(energy_today_kwh === undefined ? {} : { energy_today_kwh }),
      ...(energy_total_kwh === undefined ? {} : { energy_total_kwh }),
    },
    ratedPowerW: registration.ratedPowerW ?? undefined,
  })
  const sameDevice = state.inverter_serial === reading.inverter_serial
  state.energy_today_kwh = guarded.values.energy_today_kwh ?? (sameDevice ? state.energy_today_kwh : null)
  state.energy_total_kwh = guarded.values.energy_total_kwh ?? (sameDevice ? state.energy_total_kwh : null)
  state.energy_guard = guarded.state
  state.acquired_at_ms = timeMs
  state.newest = newest
  state.inverter_serial = reading.inverter_serial
  if (!sameFacts(state.device, reading.device)) {
    state.device = reading.device
    state.deviceChanged = true
  }
}

const dayFormats = new Map<string, Intl.DateTimeFormat | null>()

/** `2024-04-08`; null for a zone that this Node does not know. */
function localDay(timeMs: number, timezone: string): string | null {
  let format = dayFormats.get(timezone)
  if (format === undefined) {
    format = dayFormat(timezone)
    dayFormats.set(timezone, format)
  }
  return format?.format(timeMs) ?? null
}

function dayFormat(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  } catch {
    return null
  }
}

/** jsonb does not keep the order of keys. */
function sameFacts(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const keys = Object.keys(b)
  return keys.length === Object.keys(a).length && keys.every(key => a[key] === b[key])
}

async function writeStates(client: Client, states: readonly StateRow[]): Promise<void> {
  if (states.length === 0) return
  await client.query('ingest.write_states', {
    prepared: true,
    text: `UPDATE inverter_state s SET acquired_at = u.acquired_at, received_at = u.received_at,
             inverter_serial = u.inverter_serial, ac_power_w = u.ac_power_w, energy_today_kwh = u.energy_today_kwh,
             energy_total_kwh = u.energy_total_kwh, energy_guard = u.energy_guard, device = coalesce(u.device, s.device)
           FROM unnest($1::integer[], $2::timestamptz[], $3::timestamptz[], $4::text[], $5::real[], $6::real[],
                       $7::double precision[], $8::jsonb[], $9::jsonb[])
             AS u (inverter_id, acquired_at, received_at, inverter_serial, ac_power_w, energy_today_kwh, energy_total_kwh,
                   energy_guard, device)
           WHERE s.inverter_id = u.inverter_id`,
    values: [
      arrayLiteral(states, state => state.inverter_id),
      arrayLiteral(states, ({ newest }) => newest?.reading.acquired_at ?? newest?.receivedAt),
      arrayLiteral(states, ({ newest }) => newest?.receivedAt),
      states.map(state => state.inverter_serial),
      arrayLiteral(states, ({ newest }) => newest?.reading.values.ac_active_power_w),
      arrayLiteral(states, state => state.energy_today_kwh),
      arrayLiteral(states, state => state.energy_total_kwh),
      states.map(state => JSON.stringify(state.energy_guard)),
      states.map(state => (state.deviceChanged ? JSON.stringify(state.device) : null)),
    ],
  })
}
