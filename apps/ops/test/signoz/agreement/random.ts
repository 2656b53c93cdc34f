// The same numbers in every run, so that a difference can be looked at again.

export interface Random {
  /** From 0 to below 1. */
  next(): number
  pick<T>(from: readonly T[]): T
  hex(digits: number): string
}

const SEED = 7

export function generator(): Random {
  let state = SEED
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
  return {
    next,
    pick: from => from[Math.floor(next() * from.length)]!,
    hex: digits => Array.from({ length: digits }, () => '0123456789abcdef'[Math.floor(next() * 16)]).join(''),
  }
}
