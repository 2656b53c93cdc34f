// The limits of the pages, each with its count: what is beyond one is left out or refused, and the page says so.

export interface PageLimits {
  /** Lines or spans of one list. */
  rows: number
  /** How far back a list can be turned, in rows. */
  offset: number
  /** New lines that the live tail shows at once, and keeps. */
  tailLines: number
  traceSpans: number
  traceLines: number
  /** Lines of one chart. */
  series: number
  variableValues: number
  operations: number
  loggers: number
  /** Loggers whose power is drawn. */
  curves: number
  /** Messages that may be the one of a span. */
  frameRows: number
  /** Of one request. */
  bodyBytes: number
  connections: number
}

export const PAGE_LIMITS: PageLimits = {
  rows: 500,
  offset: 9_500,
  tailLines: 500,
  traceSpans: 2_000,
  traceLines: 1_000,
  series: 100,
  variableValues: 1_000,
  operations: 100,
  loggers: 5_000,
  curves: 500,
  frameRows: 20,
  bodyBytes: 65_536,
  connections: 256,
}

export interface Bounds {
  limits: PageLimits
  hit(limit: keyof PageLimits): void
}

/** For what is asked aside from a page, and counted nowhere. */
export const UNCOUNTED: Bounds = { limits: PAGE_LIMITS, hit: () => {} }

export function countsOfLimits(): Record<keyof PageLimits, number> {
  const names = Object.keys(PAGE_LIMITS) as (keyof PageLimits)[]
  return Object.fromEntries(names.map(name => [name, 0])) as Record<keyof PageLimits, number>
}

/** The first of a list that was asked for with one more than the limit. */
export function bounded<T>(
  list: readonly T[],
  limit: keyof PageLimits,
  { limits, hit }: Bounds,
): { kept: readonly T[]; left: number } {
  const left = Math.max(0, list.length - limits[limit])
  if (left > 0) hit(limit)
  return { kept: list.slice(0, limits[limit]), left }
}
