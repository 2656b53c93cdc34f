// Where the sun stands above a site, and when it next crosses a given height.
import { getPosition } from 'suncalc'

const MINUTE_MS = 60_000
const STEP_MS = 5 * MINUTE_MS
/** One day and a margin: at high latitudes the sun may not cross at all, then the caller asks again later. */
const SEARCH_MS = 26 * 60 * MINUTE_MS
const PRECISION_MS = 1_000

export interface Place {
  latitude: number
  longitude: number
}

/** Apparent height of the sun in degrees; negative below the horizon. */
export function sunElevationDegrees(place: Place, atMs: number): number {
  return getPosition(new Date(atMs), place.latitude, place.longitude).altitude
}

/**
 * The next moment, to the second, at which the sun is above (`rising`) or below the height.
 * `fromMs` itself when that is already so; null when it does not happen within 26 hours (polar day or night).
 */
export function nextCrossingMs(
  place: Place,
  fromMs: number,
  elevationDegrees: number,
  rising: boolean,
): number | null {
  const reached = (atMs: number) => sunElevationDegrees(place, atMs) > elevationDegrees === rising
  if (reached(fromMs)) {
    return fromMs
  }
  for (let after = fromMs + STEP_MS; after <= fromMs + SEARCH_MS; after += STEP_MS) {
    if (reached(after)) {
      return bisect(after - STEP_MS, after, reached)
    }
  }
  return null
}

function bisect(beforeMs: number, afterMs: number, reached: (atMs: number) => boolean): number {
  let low = beforeMs
  let high = afterMs
  while (high - low > PRECISION_MS) {
    const middle = Math.floor((low + high) / 2)
    if (reached(middle)) {
      high = middle
    } else {
      low = middle
    }
  }
  return high
}
