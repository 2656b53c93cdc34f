// Who is asked about the light, and what the answers amount to.
import { describe, expect, it } from 'vitest'
import { Neighbours, type Witness } from './neighbours.ts'

const HERE = { latitude: 52.2, longitude: 13.2 }
const FAR = { latitude: 48.2, longitude: 11.2 }
const silent: Witness = {
  siteId: 1,
  place: HERE,
  hasSpokenToday: false,
  isInTime: true,
  isSpeaking: false,
  delayDeg: 0,
}
const speaking: Witness = { ...silent, hasSpokenToday: true, isSpeaking: true }
const elsewhere = (witness: Witness): Witness => ({ ...witness, siteId: 2 })

/** The first of them asks. */
function ask(self: Witness, others: Witness[]) {
  const neighbours = new Neighbours()
  for (const witness of [self, ...others]) neighbours.add(witness)
  return neighbours.ask(self, true)
}

describe('the light', () => {
  it.each([
    ['nobody', [], 'doubt'],
    ['its site speaks', [speaking, silent], 'light'],
    ['most of its site is silent', [speaking, silent, silent], 'dark'],
    ['its site is silent, the region too', [silent, elsewhere(silent)], 'dark'],
    ['its site is silent, the region speaks', [silent, elsewhere(speaking)], 'doubt'],
    ['its site speaks, the region is silent', [speaking, elsewhere(silent), elsewhere(silent)], 'light'],
    ['no site mate, the region is silent', [elsewhere(silent)], 'dark'],
    ['no site mate, the region speaks', [elsewhere(speaking)], 'light'],
    ['only somebody far away', [{ ...speaking, siteId: 2, place: FAR }], 'doubt'],
  ])('with %s', (_, others, light) => {
    expect(ask(silent, others).light).toBe(light)
  })

  it('is counted from the nearest that there are', () => {
    expect(ask(silent, [speaking, silent, elsewhere(speaking)])).toMatchObject({ others: 2, speaking: 1 })
    expect(ask(silent, [elsewhere(speaking)])).toMatchObject({ others: 1, speaking: 1 })
  })

  it('of a logger that fell silent is that of those whose time it is', () => {
    const fellSilent = { ...silent, hasSpokenToday: true }
    const asleep = { ...fellSilent, isInTime: false }
    expect(ask(fellSilent, [asleep, asleep])).toMatchObject({ light: 'doubt', others: 0 })
    expect(ask(fellSilent, [fellSilent, asleep])).toMatchObject({ light: 'dark', others: 1, speaking: 0 })
    expect(ask(fellSilent, [speaking, asleep])).toMatchObject({ light: 'light', others: 1, speaking: 1 })
  })

  it('does not count who asks without being a witness', () => {
    const neighbours = new Neighbours()
    neighbours.add(speaking)
    expect(neighbours.ask(silent, false)).toMatchObject({ light: 'light', others: 1, speaking: 1 })
  })

  it('of loggers without a site is that of the region', () => {
    expect(ask({ ...silent, siteId: null }, [{ ...silent, siteId: null }])).toMatchObject({ light: 'dark' })
  })
})

describe('the extra sun that neighbours needed', () => {
  const late = (delayDeg: number): Witness => ({ ...speaking, delayDeg })

  it('is that of three quarters of them', () => {
    expect(ask(silent, [late(3), late(50), late(2), late(1)]).delayDeg).toBe(3)
    expect(ask(silent, [late(6)]).delayDeg).toBe(6)
  })

  it('is nothing in the dark, and for a logger that has spoken', () => {
    expect(ask(silent, [late(6), silent, silent]).delayDeg).toBe(0)
    expect(ask({ ...silent, hasSpokenToday: true }, [late(6)]).delayDeg).toBe(0)
  })
})
