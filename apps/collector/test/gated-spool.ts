// A real spool whose answers a test holds back until it wants them.
import type { Spool } from '../src/spool/spool.ts'

/** Holds every answer of a real spool until the test lets it go. */
export function gate(): { wrap: (spool: Spool) => Spool; open: () => void; held: () => number } {
  const held: (() => void)[] = []
  let isOpen = false
  const wrap = (spool: Spool) => {
    const append = spool.append.bind(spool)
    spool.append = (entry, done) => {
      append(entry, (outcome, seq) => {
        if (isOpen) done(outcome, seq)
        else held.push(() => done(outcome, seq))
      })
    }
    return spool
  }
  const open = () => {
    isOpen = true
    for (const release of held.splice(0)) release()
  }
  return { wrap, open, held: () => held.length }
}
