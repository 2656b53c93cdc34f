// Adds up inverters to a site and sites to a whole; what is unknown is left out, never counted as zero.
import { LOGGER_STATES, type LoggerState } from '@deye-hard/domain'

/** Watt-hours: floating point sums would show 0.30000000000000004 kWh. */
const DECIMALS = 3

export interface Addend {
  state: LoggerState
  age_s: number | null
  power_w: number | null
  energy_today_kwh: number | null
  energy_total_kwh: number | null
}

export function sumUp(inverters: readonly Addend[]) {
  const powered = inverters.filter(({ power_w }) => power_w !== null)
  const ages = powered.map(({ age_s }) => age_s!)
  return {
    power_w: sum(inverters.map(({ power_w }) => power_w)),
    power_age_s: ages.length === 0 ? null : ages.reduce((oldest, age) => Math.max(oldest, age), 0),
    energy_today_kwh: sum(inverters.map(({ energy_today_kwh }) => energy_today_kwh)),
    energy_total_kwh: sum(inverters.map(({ energy_total_kwh }) => energy_total_kwh)),
    inverters: Object.fromEntries(
      LOGGER_STATES.map(state => [state, inverters.filter(inverter => inverter.state === state).length]),
    ),
  }
}

/** null when nothing is known. */
function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter(value => value !== null)
  if (known.length === 0) return null
  const scale = 10 ** DECIMALS
  return Math.round(known.reduce((total, value) => total + value, 0) * scale) / scale
}
