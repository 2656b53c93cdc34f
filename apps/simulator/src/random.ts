// Seeded randomness: everything the simulator invents comes from here, so the same seed gives the same bytes.

export type Random = () => number

/**
 * A stream of numbers in [0, 1). mulberry32: 32 bits of state, period 2^32, passes gjrand; chosen because it is
 * six lines that never change with a Node version, unlike `Math.random`.
 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * One 32-bit seed from several parts (FNV-1a, then the finaliser of murmur3). Each device and purpose gets its own
 * stream this way, so the order in which sockets answer cannot change what another device sends.
 */
export function seedOf(...parts: (number | string)[]): number {
  let hash = 0x811c9dc5
  for (const character of parts.join('|')) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193)
  }
  return mixBits(hash)
}

/** A number in [0, 1) that depends on seed and step alone: noise that can be asked for at any time, in any order. */
export function noiseAt(seed: number, step: number): number {
  return mixBits(mixBits(seed ^ Math.imul(step | 0, 0x9e3779b1)) + seed) / 4_294_967_296
}

export function between(random: Random, low: number, high: number): number {
  return low + random() * (high - low)
}

/** A whole number from low to high, both included. */
export function wholeBetween(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1))
}

/** Throws RangeError on an empty list: a caller that can have none must ask first. */
export function pickOne<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) {
    throw new RangeError('cannot pick from an empty list')
  }
  return item
}

/** `count` different items in random order; all of them when there are fewer. */
export function pickSome<T>(random: Random, items: readonly T[], count: number): T[] {
  const pool = [...items]
  const chosen: T[] = []
  while (chosen.length < count && pool.length > 0) {
    chosen.push(...pool.splice(Math.floor(random() * pool.length), 1))
  }
  return chosen
}

function mixBits(bits: number): number {
  let mixed = bits >>> 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
