// What the neighbours of a silent logger say about the light: on a dark day those that live on the same sun are silent too.
import type { FreshnessLogger } from './logger.ts'
import type { Place } from './solar-day.ts'

/** Loggers within one cell share their weather, degrees (some 50 km). */
const CELL_DEG = 0.5
const CELLS_PER_TURN = 360 / CELL_DEG
/** A few that were repaired at noon say nothing about the light. */
const MOST = 0.75

/** A logger that lives on sunlight, and what it did today. */
export interface Witness {
  siteId: FreshnessLogger['siteId']
  place: Place
  hasSpokenToday: boolean
  /** It is its time now. */
  isInTime: boolean
  isSpeaking: boolean
  /** So much more sun than usual stood when it spoke first today, degrees; only if it has spoken. */
  delayDeg: number
}

/**
 * light: half of them or more speak. dark: most are silent. doubt: there is nobody to ask, or the site is silent while
 * the region speaks, which may be snow on one roof or a dead router.
 */
export type Light = 'light' | 'dark' | 'doubt'

export interface Testimony {
  light: Light
  others: number
  speaking: number
  /** Most of those that have spoken needed no more than so much more sun than usual today; 0 unless `light`, and for a logger that has spoken itself. */
  delayDeg: number
}

/** Flat, as a large fleet has as many groups as loggers. */
interface Group {
  members: number
  haveSpokenToday: number
  inTime: number
  areSpeaking: number
  /** Null: none has spoken. */
  delaysDeg: number[] | null
  isSorted: boolean
}

/** Filled with every witness of an evaluation, then asked about the overdue loggers only: linear in the fleet. */
export class Neighbours {
  readonly #sites = new Map<FreshnessLogger['siteId'], Group>()
  readonly #regions = new Map<number, Group>()

  add(witness: Witness): void {
    if (witness.siteId !== null) join(this.#sites, witness.siteId, witness)
    join(this.#regions, cellOf(witness.place), witness)
  }

  /**
   * One that has not spoken today asks who else has, one that fell silent asks who still speaks. It is overdue itself;
   * if it is a witness too, it is left out of the counts.
   */
  ask(self: Pick<Witness, 'siteId' | 'place' | 'hasSpokenToday'>, isWitness: boolean): Testimony {
    const site = self.siteId === null ? undefined : this.#sites.get(self.siteId)
    const region = this.#regions.get(cellOf(self.place))
    const countOf = self.hasSpokenToday ? countNow : countToday
    const own: Count = isWitness ? { others: 1, speaking: 0 } : NOBODY
    const inSite = site === undefined ? NOBODY : minus(countOf(site), own)
    const around = minus(minus(countOf(region), own), inSite)
    const [nearest, group] = inSite.others > 0 ? [inSite, site] : [around, region]
    const light = lightOf(inSite, around)
    const asksDelay = light === 'light' && !self.hasSpokenToday
    return { light, ...nearest, delayDeg: asksDelay ? delayOfMost(group) : 0 }
  }
}

interface Count {
  others: number
  speaking: number
}

const NOBODY: Count = { others: 0, speaking: 0 }

function countToday(group: Group | undefined): Count {
  return group === undefined ? NOBODY : { others: group.members, speaking: group.haveSpokenToday }
}

function countNow(group: Group | undefined): Count {
  return group === undefined ? NOBODY : { others: group.inTime, speaking: group.areSpeaking }
}

function minus(count: Count, less: Count): Count {
  return { others: count.others - less.others, speaking: count.speaking - less.speaking }
}

function lightOf(inSite: Count, around: Count): Light {
  if (inSite.others === 0) return around.others === 0 ? 'doubt' : isDark(around) ? 'dark' : 'light'
  if (!isDark(inSite)) return 'light'
  return around.others > 0 && !isDark(around) ? 'doubt' : 'dark'
}

function isDark({ others, speaking }: Count): boolean {
  return speaking * 2 < others
}

function delayOfMost(group: Group | undefined): number {
  const delays = group?.delaysDeg
  if (group === undefined || !delays) return 0
  if (!group.isSorted) {
    delays.sort((a, b) => a - b)
    group.isSorted = true
  }
  return delays[Math.ceil(MOST * delays.length) - 1] ?? 0
}

function join<K>(groups: Map<K, Group>, key: K, witness: Witness): void {
  let group = groups.get(key)
  if (group === undefined) {
    group = { members: 0, haveSpokenToday: 0, inTime: 0, areSpeaking: 0, delaysDeg: null, isSorted: true }
    groups.set(key, group)
  }
  group.members += 1
  if (witness.isInTime) group.inTime += 1
  if (witness.isInTime && witness.isSpeaking) group.areSpeaking += 1
  if (!witness.hasSpokenToday) return
  group.haveSpokenToday += 1
  group.delaysDeg ??= []
  group.delaysDeg.push(witness.delayDeg)
  group.isSorted = false
}

function cellOf({ latitude, longitude }: Place): number {
  return Math.floor(latitude / CELL_DEG) * CELLS_PER_TURN + Math.floor(longitude / CELL_DEG)
}
