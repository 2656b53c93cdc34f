// The micro-inverter behind a logger: its energy counters, its clock and one sample of all it measures.
import { cityOfSite, type FleetLogger } from '../fleet/fleet.ts'
import { createRandom, seedOf, wholeBetween } from '../random.ts'
import { acPowerAtW, type Production, type ProductionSite, productionAt } from '../sky/production.ts'
import { siteSeedOf } from '../sky/weather.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const BACKFILL_STEP_MS = 600_000
/** No fleet site is older than this; totals count from an install date between here and a year later. */
const OLDEST_INSTALL_MS = Date.UTC(2023, 0, 1)
/** More than a good day brings, so a restarted simulator never shows a lower total than the run before it. */
const BUDGET_HOURS_PER_DAY = 6
/** Shifts of the server's time are taken by the quarter hour (zones), so that latency never moves midnight. */
const CLOCK_SHIFT_GRID_MS = 900_000

export interface InverterSample {
  production: Production
  energyTodayKwh: number
  energyTotalKwh: number
  pvEnergyTodayKwh: number[]
  pvEnergyTotalKwh: number[]
  /** Wall clock of the inverter at the moment of the sample, as milliseconds; null before anyone set it. */
  clockMs: number | null
  /** What the grid should be, from the country of the site. */
  gridVoltageV: number
  gridFrequencyHz: 50 | 60
}

export class Inverter {
  readonly site: ProductionSite
  readonly installMs: number
  readonly #sampleLagMs: number
  #todayKwh: number
  #totalKwh: number
  #pvTodayKwh: number[]
  #pvTotalKwh: number[]
  #energyDay: number
  #lastMs: number
  #lastProduction: Production | null = null
  /** Null while no server has told the time since power-on. */
  #clockShiftMs: number | null = null

  constructor(spec: FleetLogger, fleetSeed: number, startMs: number) {
    const random = createRandom(seedOf(fleetSeed, spec.logger_serial, 'inverter'))
    this.site = productionSiteOf(spec, fleetSeed)
    this.installMs = OLDEST_INSTALL_MS + wholeBetween(random, 0, 365) * DAY_MS
    this.#sampleLagMs = wholeBetween(random, 3, 45) * 1_000
    this.#energyDay = dayOf(startMs)
    this.#todayKwh = energyBetweenKwh(this.site, this.#energyDay * DAY_MS, startMs)
    const days = Math.max(0, this.#energyDay - dayOf(this.installMs))
    this.#totalKwh = (days * BUDGET_HOURS_PER_DAY * spec.rated_power_w) / 1_000 + this.#todayKwh
    this.#pvTodayKwh = new Array<number>(spec.mppt_count).fill(this.#todayKwh / spec.mppt_count)
    this.#pvTotalKwh = new Array<number>(spec.mppt_count).fill(this.#totalKwh / spec.mppt_count)
    this.#lastMs = startMs
  }

  powerOn(simMs: number): void {
    this.#lastMs = simMs
    this.#lastProduction = null
    this.#clockShiftMs = null
  }

  /**
   * The logger hands the server's time on. "Today" belongs to the date that this clock shows, so a server that
   * sends UTC makes it roll over at UTC midnight, and no server at all never resets it (reference 3.1).
   */
  setClock(serverAheadMs: number): void {
    this.#clockShiftMs = Math.round(serverAheadMs / CLOCK_SHIFT_GRID_MS) * CLOCK_SHIFT_GRID_MS
  }

  /** Advances the energy counters to this moment and reads everything. */
  sample(simMs: number): InverterSample {
    const production = productionAt(this.site, simMs)
    this.#rollOver(simMs)
    this.#count(production, simMs)
    return {
      production,
      energyTodayKwh: this.#todayKwh,
      energyTotalKwh: this.#totalKwh,
      pvEnergyTodayKwh: [...this.#pvTodayKwh],
      pvEnergyTotalKwh: [...this.#pvTotalKwh],
      clockMs: this.#clockShiftMs === null ? null : simMs + this.#clockShiftMs - this.#sampleLagMs,
      gridVoltageV: this.site.gridVoltageV,
      gridFrequencyHz: this.site.gridFrequencyHz,
    }
  }

  #rollOver(simMs: number): void {
    if (this.#clockShiftMs === null) {
      return
    }
    const today = dayOf(simMs + this.#clockShiftMs)
    if (today !== this.#energyDay) {
      this.#energyDay = today
      this.#todayKwh = 0
      this.#pvTodayKwh.fill(0)
    }
  }

  #count(production: Production, simMs: number): void {
    const hours = Math.max(0, simMs - this.#lastMs) / HOUR_MS
    const before = this.#lastProduction
    const gainedKwh = (hours * (production.acPowerW + (before?.acPowerW ?? 0))) / 2_000
    const dcW = production.inputs.reduce((sum, input) => sum + input.powerW, 0)
    production.inputs.forEach((input, index) => {
      const share = dcW > 0 ? input.powerW / dcW : 0
      this.#pvTodayKwh[index]! += gainedKwh * share
      this.#pvTotalKwh[index]! += gainedKwh * share
    })
    this.#todayKwh += gainedKwh
    this.#totalKwh += gainedKwh
    this.#lastMs = simMs
    this.#lastProduction = production
  }
}

function productionSiteOf(spec: FleetLogger, fleetSeed: number): ProductionSite {
  const city = cityOfSite(spec.site)
  return {
    place: spec.site,
    siteSeed: siteSeedOf(fleetSeed, spec.site.name),
    deviceSeed: seedOf(fleetSeed, spec.logger_serial, 'mismatch'),
    ratedPowerW: spec.rated_power_w,
    mpptCount: spec.mppt_count,
    gridVoltageV: city.gridVoltageV,
    gridFrequencyHz: city.gridFrequencyHz,
  }
}

function energyBetweenKwh(site: ProductionSite, fromMs: number, toMs: number): number {
  let kwh = 0
  for (let atMs = fromMs; atMs < toMs; atMs += BACKFILL_STEP_MS) {
    const spanMs = Math.min(BACKFILL_STEP_MS, toMs - atMs)
    kwh += (acPowerAtW(site, atMs + spanMs / 2) * spanMs) / HOUR_MS / 1_000
  }
  return kwh
}

function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS)
}
