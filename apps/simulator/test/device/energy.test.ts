// What the frames say about energy, read back with the decoder: never falling totals, a "today" that its clock resets.

import { toReading } from '@deye-hard/domain'
import { decodeDeyeMicro, decodeMessage } from '@deye-hard/solarman-v5'
import { describe, expect, test } from 'vitest'
import { createFleet } from '../../src/fleet/fleet.ts'
import { HOUR_MS, type Stage, setStage, viennaLogger } from '../harness.ts'

const DAY_MS = 24 * HOUR_MS
const MORNING_MS = Date.UTC(2026, 5, 21, 4)

function decoded(stage: Stage) {
  return stage.of('data').flatMap(({ message, frame, atMs }) => {
    const body = decodeDeyeMicro(frame.payload)
    return body.kind === 'decoded' && !message.buffered ? [{ atMs, message, ...body }] : []
  })
}

describe('a summer week of an 800 W inverter', () => {
  const stage = setStage({ startMs: MORNING_MS, loggers: [viennaLogger({ upload_interval_s: 300 })] })
  stage.schedule.advance(7 * DAY_MS)
  const readings = decoded(stage)

  test('totals never fall, and grow by the sum of the days', () => {
    expect(readings.length).toBeGreaterThan(7 * 12 * 13)
    const days = new Map<number, number>()
    readings.forEach(({ measured, atMs }, index) => {
      const before = readings[index - 1]?.measured
      expect(measured.energy_total_kwh).toBeGreaterThanOrEqual(before?.energy_total_kwh ?? 0)
      expect(measured.pv1_energy_total_kwh).toBeGreaterThanOrEqual(before?.pv1_energy_total_kwh ?? 0)
      days.set(Math.floor(atMs / DAY_MS), measured.energy_today_kwh ?? 0)
    })
    const grownKwh = readings.at(-1)!.measured.energy_total_kwh! - readings[0]!.measured.energy_total_kwh!
    const daysKwh = [...days.values()].reduce((sum, kwh) => sum + kwh, 0)
    expect(Math.abs(grownKwh - daysKwh)).toBeLessThan(0.3)
    expect(daysKwh / 7).toBeGreaterThan(0.5)
    expect(daysKwh / 7).toBeLessThan(6.5)
  })

  test('today starts again each day', () => {
    const falls = readings.filter(({ measured }, index) => {
      return index > 0 && measured.energy_today_kwh! < readings[index - 1]!.measured.energy_today_kwh!
    })
    expect(falls).toHaveLength(7)
    expect(falls.every(({ atMs }) => atMs % DAY_MS < 6 * HOUR_MS)).toBe(true)
  })

  test('the inverter clock lags the record a little and never its minute', () => {
    for (const { inverterClockLocal, atMs } of readings) {
      const lagMs = atMs - Date.parse(`${inverterClockLocal}Z`)
      expect(lagMs).toBeGreaterThan(0)
      expect(lagMs).toBeLessThan(60_000)
    }
  })
})

test('a server two hours ahead moves the midnight of the inverter, and its clock', () => {
  const stage = setStage({ startMs: MORNING_MS, loggers: [viennaLogger({ upload_interval_s: 300 })] })
  stage.network.serverAheadS = 7_200
  stage.schedule.advance(HOUR_MS)
  const { inverterClockLocal, atMs } = decoded(stage).at(-1)!
  expect(Math.abs(Date.parse(`${inverterClockLocal}Z`) - atMs - 2 * HOUR_MS)).toBeLessThan(60_000)
})

test('without a server the clock stays unset and today goes on growing over midnight', () => {
  const stage = setStage({
    mode: 'refuse',
    startMs: MORNING_MS,
    loggers: [viennaLogger({ upload_interval_s: 900 })],
  })
  stage.schedule.advance(DAY_MS + 10 * HOUR_MS)
  stage.network.mode = 'answer'
  stage.schedule.advance(HOUR_MS)
  const replays = stage
    .of('data')
    .filter(({ message }) => message.buffered)
    .map(({ frame }) => decodeDeyeMicro(frame.payload))
    .reverse()
  expect(replays.length).toBeGreaterThan(70)
  const todays = replays.map(body => (body.kind === 'decoded' ? body.measured.energy_today_kwh! : -1))
  expect(todays).toEqual(todays.toSorted((a, b) => a - b))
  expect(replays.every(body => body.kind === 'decoded' && body.inverterClockLocal === null)).toBe(true)
  const live = decoded(stage)
  expect(live[0]!.inverterClockLocal).not.toBeNull()
  expect(live[0]!.measured.energy_today_kwh).toBeLessThan(todays.at(-1)!)
})

test('every frame of a mixed fleet is a plausible reading with the ratings of its model', () => {
  const { loggers } = createFleet({ loggers: 60, seed: 5, uploadIntervalS: 900 })
  const stage = setStage({ loggers, startMs: MORNING_MS })
  stage.schedule.advance(DAY_MS)
  let count = 0
  for (const { frame, atMs } of stage.network.heard) {
    const message = decodeMessage(frame)
    if (message.type !== 'data') {
      continue
    }
    const body = decodeDeyeMicro(frame.payload)
    if (body.kind !== 'decoded') {
      throw new Error(body.reason)
    }
    const spec = loggers.find(logger => logger.logger_serial === frame.loggerSerial)!
    expect(body.inverterSerial).toBe(spec.inverter_serial)
    expect(body.device).toMatchObject({ rated_power_w: spec.rated_power_w, mppt_count: spec.mppt_count })
    const outcome = toReading(body, { ...message, receivedAtMs: atMs })
    expect(outcome).toMatchObject({
      kind: 'reading',
      reading: { implausible: [], acquired_at_quality: 'exact' },
    })
    count += 1
  }
  expect(count).toBeGreaterThan(60 * 30)
})

test('a restarted simulator goes on above the totals and counters of the run before', () => {
  const last = (startMs: number) => {
    const stage = setStage({ startMs })
    stage.schedule.advance(HOUR_MS)
    return decoded(stage)
  }
  const before = last(Date.UTC(2026, 5, 21, 8)).at(-1)!
  const after = last(Date.UTC(2026, 5, 22, 8))[0]!
  expect(after.measured.energy_total_kwh).toBeGreaterThanOrEqual(before.measured.energy_total_kwh!)
  expect(after.message.recordCounter).toBeGreaterThan(before.message.recordCounter)
})
