// A fleet judged in steps, with other work in between, gets the verdicts that it gets at once.
import { expect, it } from 'vitest'
import { evaluateFleet, evaluateFleetInSteps } from '../../src/index.ts'
import { hear, listeningSinceEver, type Plant, plantAt } from './plant.ts'
import { HOUR_MS, MINUTE_MS } from './sun-follower.ts'

const NOON_MS = Date.UTC(2026, 5, 21, 11)
const LOGGERS = 50
const moment = { nowMs: NOON_MS, watch: listeningSinceEver(NOON_MS) }

/** Of every kind: live, overdue in company and alone, asleep on the other side of the earth, never heard. */
function mixedFleet(): Plant[] {
  return Array.from({ length: LOGGERS }, (_, index) => {
    const site = Math.floor(index / 5)
    const plant = plantAt({ latitude: 30 + site, longitude: site % 3 === 0 ? -170 : 13 }, { siteId: site })
    if (index % 7 !== 0) hear(plant, NOON_MS - 5 * HOUR_MS, NOON_MS - (index % 4) * 40 * MINUTE_MS)
    return plant
  })
}

it.each([1, 7, LOGGERS, 1_000])('%i loggers in a step', loggersPerStep => {
  const fleet = mixedFleet()
  const expected = evaluateFleet(fleet, moment)
  expect(Object.values(expected.fleet.all.states).filter(count => count > 0).length).toBeGreaterThan(3)
  const steps = evaluateFleetInSteps(fleet, moment, loggersPerStep)
  let pauses = 0
  let step = steps.next()
  for (; !step.done; step = steps.next()) pauses += 1
  expect(step.value).toEqual(expected)
  expect(pauses).toBe(2 * Math.floor(LOGGERS / loggersPerStep))
})

it('a message that comes between two steps makes its logger no worse', () => {
  const fleet = mixedFleet()
  const silent = fleet.findIndex(({ track }) => track !== null && track.heardMs < NOON_MS - HOUR_MS)
  const steps = evaluateFleetInSteps(fleet, moment, 1)
  steps.next()
  hear(fleet[silent]!, NOON_MS + 50)
  let step = steps.next()
  while (!step.done) step = steps.next()
  const { state, heardMs } = step.value.verdicts[silent]!
  expect(state).toBe('live')
  expect(heardMs).toBeLessThanOrEqual(NOON_MS)
})
