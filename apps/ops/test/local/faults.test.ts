// What `npm start` does with the lines of the simulator about its faults, and what it says of them beforehand.
import { expect, test } from 'vitest'
import { Faults, faultText, Outage, type PlannedFault, type ToldFault } from '../../src/local/faults.ts'
import type { Service } from '../../src/local/service.ts'

const GRACE_MS = 700
const LENS = 'http://localhost:8080'
const API_DOWN: PlannedFault = {
  name: 'api-down',
  about: 'Takes the API away.',
  outcome: 'The collector keeps everything.',
  count: 1,
  seconds: 600,
  after: 5,
  has_defaults: true,
  mails: [{ rule: 'TargetDown', tier: 'critical', after_minutes: 9, over_after_minutes: 6 }],
}

/** Writes down what is asked of it, each as slow as a process. */
function stage() {
  const asked: string[] = []
  const told: ToldFault[] = []
  const slowly = async (word: string) => {
    asked.push(`${word} …`)
    await new Promise(done => setImmediate(done))
    asked.push(word)
  }
  const api: Pick<Service, 'takeAway' | 'comeBack'> = {
    takeAway: graceMs => slowly(`away ${graceMs}`),
    comeBack: () => slowly('back'),
  }
  const faults = new Faults({
    outage: new Outage(() => api, GRACE_MS),
    tell: fault => told.push(fault),
  })
  const line = (name: string, phase: string) =>
    faults.onLine(JSON.stringify({ type: 'fault', name, phase, count: 1, seconds: 60 }))
  return { faults, asked, told, line }
}

const ONCE = ['away 700 …', 'away 700', 'back …', 'back']

test('api-down takes the API away from its begin to its end, in this order even when it is short', async () => {
  const { faults, asked, told, line } = stage()
  line('api-down', 'begin')
  line('api-down', 'end')
  await faults.end()
  expect(asked).toEqual(ONCE)
  expect(told).toEqual([
    { name: 'api-down', phase: 'begin' },
    { name: 'api-down', phase: 'end' },
  ])
})

test('of two that overlap the later end brings it back', async () => {
  const { faults, asked, line } = stage()
  for (const phase of ['begin', 'begin', 'end']) line('api-down', phase)
  await faults.end()
  expect(asked).toEqual(ONCE)
  await faults.end()
  expect(asked).toEqual(ONCE)
})

test('other faults are told and leave the API alone; lines about faults stay in the log', async () => {
  const { faults, asked, told, line } = stage()
  expect(line('flood', 'begin')).toBe(false)
  expect(faults.onLine('{"type":"stats"}')).toBe(false)
  expect(faults.onLine('no JSON')).toBe(false)
  await faults.end()
  expect([asked, told]).toEqual([[], [{ name: 'flood', phase: 'begin' }]])
})

test('the plan is that of the first line', () => {
  const { faults } = stage()
  expect(faults.planned).toEqual([])
  faults.onLine(JSON.stringify({ type: 'faults', planned: [API_DOWN] }))
  expect(faults.planned).toEqual([API_DOWN])
})

test.each<[Partial<PlannedFault>, string | null, string]>([
  [
    {},
    LENS,
    'api-down for 10 min: mail TargetDown (critical) after about 9 real minutes, and some 6 after its end one that it is over. See http://localhost:8080/mails',
  ],
  [
    { seconds: 0, has_defaults: false },
    LENS,
    'api-down to the end: with its usual arguments mail TargetDown (critical) after about 9 real minutes. See http://localhost:8080/mails',
  ],
  [
    { seconds: 60, mails: [] },
    LENS,
    'api-down for 60 s: no mail on http://localhost:8080/mails. The collector keeps everything.',
  ],
  [{}, null, 'api-down for 10 min: without lens nothing mails. The collector keeps everything.'],
])('%o with lens at %s: %s', (change, lensUrl, text) => {
  expect(faultText({ ...API_DOWN, ...change }, lensUrl)).toBe(text)
})
