// Lists that the telemetry schema repeats, because it may import nobody, say the same as their owners.
import { LOGGER_STATES, QUARANTINE_REASONS } from '@deye-hard/domain'
import { controlCodeText, MALFORMED_REASONS } from '@deye-hard/solarman-v5'
import * as schema from '@deye-hard/telemetry-schema'
import { expect, it } from 'vitest'
import { createCounters, LOGGER_CODES, snapshotCounters } from '../../src/counters.ts'
import { REJECTIONS, ReadingAccount } from '../../src/shipper/reading-account.ts'

const valuesOf = (metric: 'solar.frames.rejected' | 'solar.readings.quarantined'): readonly string[] =>
  schema.METRICS[metric].labels.reason.values

it('control codes', () => {
  expect([...schema.CONTROL_CODES].sort()).toEqual([...LOGGER_CODES.map(controlCodeText), 'other'].sort())
})

it('reasons of the reader and of quarantine', () => {
  expect(schema.STREAM_REJECTIONS).toEqual([...MALFORMED_REASONS, 'unfinished'])
  expect(schema.QUARANTINE_REASONS).toEqual(QUARANTINE_REASONS)
  expect(schema.LOGGER_STATES).toEqual(LOGGER_STATES)
})

it('reasons of rejected frames and quarantined messages', () => {
  expect(valuesOf('solar.frames.rejected')).toEqual([...schema.STREAM_REJECTIONS, ...REJECTIONS])
  expect(valuesOf('solar.readings.quarantined')).toEqual(Object.keys(new ReadingAccount().quarantined))
})

it('every reason has a counter', () => {
  const counters = snapshotCounters(createCounters())
  const keys = (name: string) => Object.keys(counters[name]!)
  expect(keys('connections_refused')).toEqual([...schema.REFUSED_REASONS])
  expect(keys('connections_closed').sort()).toEqual([...schema.CLOSED_REASONS, ...schema.CUT_REASONS].sort())
  expect(keys('frames_unacked')).toEqual([...schema.UNACKED_REASONS])
  expect(keys('reading_paused')).toEqual([...schema.PAUSED_REASONS])
})
