// Solar days of one evaluation: loggers of a site share them.
import type { FreshnessLogger } from './logger.ts'
import { type Place, type SolarDay, solarDay } from './solar-day.ts'

interface SiteDays {
  place: Place
  first: SolarDay
  /** Null: one day was enough so far, as for most sites. */
  others: SolarDay[] | null
}

/** Made anew for each evaluation, so it needs no bound: a few days per site, one more per logger at most. */
export class SunTable {
  readonly #sites = new Map<FreshnessLogger['siteId'], SiteDays>()

  find(siteId: FreshnessLogger['siteId'], place: Place, day: number): SolarDay {
    const known = this.#sites.get(siteId)
    if (known === undefined) {
      const first = solarDay(place, day)
      this.#sites.set(siteId, { place, first, others: null })
      return first
    }
    // Registrations of one site may differ while a change of its coordinates travels.
    if (known.place.latitude !== place.latitude || known.place.longitude !== place.longitude) {
      return solarDay(place, day)
    }
    if (known.first.day === day) return known.first
    const found = known.others?.find(one => one.day === day)
    if (found !== undefined) return found
    const sun = solarDay(place, day)
    known.others ??= []
    known.others.push(sun)
    return sun
  }
}
