// A clock that stands still until a test moves it.

export interface FixedClock {
  (): Date
  set(time: Date | string): void
  advance(byMs: number): void
}

export function fixedClock(start: Date | string): FixedClock {
  let nowMs = new Date(start).getTime()
  const clock = () => new Date(nowMs)
  return Object.assign(clock, {
    set: (time: Date | string) => {
      nowMs = new Date(time).getTime()
    },
    advance: (byMs: number) => {
      nowMs += byMs
    },
  })
}
