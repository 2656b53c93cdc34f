// Patience with one logger: two intervals and the repeats, three intervals, an hour, and what slow loggers get.
import { expect, it } from 'vitest'
import { DEFAULT_FRESHNESS_LIMITS, type FreshnessLogger, patienceWith, placeOf } from './logger.ts'

const logger: FreshnessLogger = {
  loggerSerial: 1,
  siteId: 1,
  latitude: 52.5,
  longitude: 13.4,
  hasBattery: false,
  uploadIntervalS: 60,
}
const patience = (uploadIntervalS: number | null) =>
  patienceWith({ ...logger, uploadIntervalS }, DEFAULT_FRESHNESS_LIMITS)

it('is two intervals and 30 s, three intervals, one hour', () => {
  expect(patience(60)).toEqual({ liveMs: 150_000, lateMs: 180_000, missingMs: 3_600_000 })
})

it('takes the default interval of the protocol where none is registered', () => {
  const standard = { liveMs: 630_000, lateMs: 900_000, missingMs: 3_600_000 }
  expect([patience(null), patience(0), patience(-1), patience(300)]).toEqual(Array(4).fill(standard))
})

it('waits an interval longer than late before a slow logger is missing', () => {
  expect(patience(3_600)).toMatchObject({ lateMs: 3 * 3_600_000, missingMs: 4 * 3_600_000 })
})

it('follows the limits given', () => {
  const limits = { liveIntervals: 1, retryGraceMs: 0, lateIntervals: 2, missingAfterMs: 600_000 }
  expect(patienceWith(logger, limits)).toEqual({ liveMs: 60_000, lateMs: 120_000, missingMs: 600_000 })
})

it('knows no place without sound coordinates', () => {
  expect(placeOf(logger)).toEqual({ latitude: 52.5, longitude: 13.4 })
  const bad = [null, Number.NaN, 91, Number.POSITIVE_INFINITY].map(latitude =>
    placeOf({ ...logger, latitude }),
  )
  expect(bad).toEqual([null, null, null, null])
})
