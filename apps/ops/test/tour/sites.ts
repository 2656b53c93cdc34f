// Two places of the tour, whatever the hour: one where it is noon now, one where it is midnight.
import type { TestSite } from '../stack/system.ts'

const DEGREES_PER_HOUR = 15
const HOURS_PER_DAY = 24

/** On the equator, where the sun is high at noon and deep at midnight on every day of the year. */
export function placeAtSolarHour(
  solarHour: number,
  now = new Date(),
): { latitude: number; longitude: number } {
  const utcHours = now.getUTCHours() + now.getUTCMinutes() / 60
  const hours = (solarHour - utcHours + HOURS_PER_DAY * 2) % HOURS_PER_DAY
  const longitude = hours * DEGREES_PER_HOUR
  return { latitude: 0, longitude: longitude > 180 ? longitude - 360 : longitude }
}

export function siteAtNoon(loggerSerials: number[]): TestSite {
  return { name: 'Noon', timezone: 'UTC', ...placeAtSolarHour(12), loggerSerials }
}

export function siteAtMidnight(loggerSerials: number[]): TestSite {
  return { name: 'Midnight', timezone: 'UTC', ...placeAtSolarHour(0), loggerSerials }
}
