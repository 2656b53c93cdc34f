// Which loggers and sites have series of their own: all of them while they are few, else first those that need a look.
import type { FleetSum, FleetSums } from '@deye-hard/domain'
import type { Member } from './member.ts'

/** Missing ones first, then late ones, then the others; each by serial. */
export function chooseLoggers(members: readonly Member[], max: number): readonly Member[] {
  return choose(members, max, [
    ({ state }) => state === 'missing',
    ({ state }) => state === 'late',
    ({ state }) => state !== 'missing' && state !== 'late',
  ])
}

export type SiteSum = readonly [siteId: string, sum: FleetSum]

/** Sites with silent loggers first. */
export function chooseSites({ bySite }: FleetSums, max: number): readonly SiteSum[] {
  const sites = [...bySite].map(([siteId, sum]) => [String(siteId), sum] as const)
  return choose(sites, max, [([, { silent }]) => silent > 0, ([, { silent }]) => silent === 0])
}

/** @param ranks each item belongs to exactly one; the first goes first. */
function choose<T>(items: readonly T[], max: number, ranks: readonly ((item: T) => boolean)[]): readonly T[] {
  if (items.length <= max) return items
  const chosen: T[] = []
  for (const belongs of ranks)
    for (const item of items) {
      if (chosen.length >= max) return chosen
      if (belongs(item)) chosen.push(item)
    }
  return chosen
}
