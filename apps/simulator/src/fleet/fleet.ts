// A fleet: which loggers exist, what hangs on them and where they stand; the same seed gives the same fleet.
import { between, createRandom, type Random, seedOf } from '../random.ts'
import { CITIES, type City } from './cities.ts'
import { modelAt } from './models.ts'

/** Far above every serial of the captured vectors (2.9 × 10^9), so nobody mistakes one for a real stick. */
export const FIRST_LOGGER_SERIAL = 3_900_000_000
export const FLEET_LOGGERS_MAX = 100_000
export const DEFAULT_UPLOAD_INTERVAL_S = 60

const FIRST_INVERTER_SERIAL = 2_200_000_000
/** 100 sites for 120 loggers, as on the installation of DESIGN section 1. */
const SITES_PER_LOGGER = 100 / 120
/** About 6 km: beside its city, still on land for the cities of the table. */
const SITE_SPREAD_DEGREES = 0.055
const SERIAL_BLOCK = 1_000_000
const SERIAL_BLOCKS = 300
const SERIAL_STEP = 7

export interface FleetSite {
  name: string
  latitude: number
  longitude: number
  timezone: string
}

export interface FleetLogger {
  logger_serial: number
  inverter_serial: string
  model: string
  rated_power_w: number
  mppt_count: number
  upload_interval_s: number
  site: FleetSite
}

export interface Fleet {
  seed: number
  loggers: FleetLogger[]
}

export interface FleetOptions {
  /** 1 … 100,000 */
  loggers: number
  seed: number
  uploadIntervalS?: number
}

export function createFleet(options: FleetOptions): Fleet {
  const random = createRandom(seedOf(options.seed, 'fleet'))
  const sites = createSites(random, Math.max(1, Math.round(options.loggers * SITES_PER_LOGGER)))
  const block = seedOf(options.seed, 'serials') % SERIAL_BLOCKS
  const loggers = Array.from({ length: options.loggers }, (_, index): FleetLogger => {
    const model = modelAt(random())
    const place = block * SERIAL_BLOCK + index * SERIAL_STEP + Math.floor(random() * SERIAL_STEP)
    return {
      logger_serial: FIRST_LOGGER_SERIAL + place,
      inverter_serial: String(FIRST_INVERTER_SERIAL + place),
      model: model.name,
      rated_power_w: model.ratedPowerW,
      mppt_count: model.mpptCount,
      upload_interval_s: options.uploadIntervalS ?? DEFAULT_UPLOAD_INTERVAL_S,
      site: sites[index % sites.length]!,
    }
  })
  return { seed: options.seed, loggers }
}

/** The table row of the city that a site was placed beside; its grid decides voltage and frequency. */
export function cityOfSite(site: FleetSite): City {
  return CITIES.find(city => site.name.startsWith(`${city.name} `)) ?? nearestCity(site)
}

function createSites(random: Random, count: number): FleetSite[] {
  const first = Math.floor(random() * CITIES.length)
  const stride = Math.max(1, CITIES.length / count)
  return Array.from({ length: count }, (_, index) => {
    const city = CITIES[(first + Math.floor(index * stride)) % CITIES.length]!
    return {
      name: `${city.name} ${String(1 + Math.floor(index / CITIES.length)).padStart(2, '0')}`,
      latitude: roundTo4(city.latitude + between(random, -SITE_SPREAD_DEGREES, SITE_SPREAD_DEGREES)),
      longitude: roundTo4(city.longitude + between(random, -SITE_SPREAD_DEGREES, SITE_SPREAD_DEGREES)),
      timezone: city.timezone,
    }
  })
}

function nearestCity(site: FleetSite): City {
  const distance = (city: City) => Math.hypot(city.latitude - site.latitude, city.longitude - site.longitude)
  return CITIES.reduce((nearest, city) => (distance(city) < distance(nearest) ? city : nearest))
}

function roundTo4(degrees: number): number {
  return Math.round(degrees * 10_000) / 10_000
}
