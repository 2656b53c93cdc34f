// Takes what was kept across a restart: a track or a watch that cannot be trusted is refused, and learned anew.
import { type Check, checkFields, type FieldRule, isWhole } from '../shape.ts'
import { ENTRY_FIELDS, learnRhythm, RHYTHM_DAYS } from './rhythm.ts'
import type { LoggerTrack } from './track.ts'
import type { Watch } from './watch.ts'

const isNumber = (value: unknown) => Number.isFinite(value)
const isNumberOrNull = (value: unknown) => value === null || isNumber(value)
const isDegrees = (limit: number) => (value: unknown) => isNumber(value) && Math.abs(value as number) <= limit
const MAX_MINUTE = 1_439
const MAX_OCTANTS = 0xff

const TRACK_RULES: readonly FieldRule[] = [
  { field: 'latitude', expected: 'degrees from -90 to 90', holds: isDegrees(90) },
  { field: 'longitude', expected: 'degrees from -180 to 180', holds: isDegrees(180) },
  { field: 'heardMs', expected: 'a number', holds: isNumber },
  { field: 'aheadMs', expected: 'a number or null', holds: isNumberOrNull },
  { field: 'day', expected: 'a whole number', holds: Number.isSafeInteger },
  { field: 'firstMinute', expected: `0 to ${MAX_MINUTE}`, holds: isWhole(0, MAX_MINUTE) },
  { field: 'lastMinute', expected: `0 to ${MAX_MINUTE}`, holds: isWhole(0, MAX_MINUTE) },
  { field: 'octants', expected: `0 to ${MAX_OCTANTS}`, holds: isWhole(0, MAX_OCTANTS) },
  { field: 'days', expected: `up to ${RHYTHM_DAYS} entries of ${ENTRY_FIELDS} numbers`, holds: isDayList },
]
const WATCH_RULES: readonly FieldRule[] = [
  { field: 'sinceMs', expected: 'a number', holds: isNumber },
  { field: 'atMs', expected: 'a number', holds: isNumber },
  { field: 'aheadMs', expected: 'a number or null', holds: isNumberOrNull },
]

/** For `JSON.parse` of a track; the rhythm is worked out from its days again. */
export function checkTrack(value: unknown): Check<LoggerTrack> {
  const check = checkFields<LoggerTrack>(value, TRACK_RULES, 'track')
  if (check.kind === 'refused') return check
  const track = check.value
  return { kind: 'ok', value: { ...track, rhythm: learnRhythm(track.days, track.day) } }
}

export function checkWatch(value: unknown): Check<Watch> {
  return checkFields<Watch>(value, WATCH_RULES, 'watch')
}

function isDayList(value: unknown): boolean {
  if (!Array.isArray(value)) return false
  const fits = value.length % ENTRY_FIELDS === 0 && value.length <= RHYTHM_DAYS * ENTRY_FIELDS
  return fits && value.every(Number.isSafeInteger)
}
