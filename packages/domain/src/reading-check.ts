// Checks a reading that came as JSON, down to each value.
import { isLocalClock } from './local-clock.ts'
import { type Reading, TIME_QUALITIES } from './message.ts'
import { isPlausible } from './plausibility.ts'
import { QUANTITIES } from './quantities.ts'
import {
  type Check,
  checkFields,
  type FieldRule,
  isInstant,
  isMatching,
  isObject,
  isOneOf,
  isStorableText,
  isWhole,
  type Refusal,
  refuse,
} from './shape.ts'

const MAX_U32 = 2 ** 32 - 1
const MAX_DEVICE_FACTS = 64
const MAX_DEVICE_TEXT = 128

const READING_RULES: readonly FieldRule[] = [
  {
    field: 'inverter_serial',
    expected: '1 to 32 printable characters',
    holds: isMatching(/^[\x21-\x7e]{1,32}$/),
  },
  { field: 'sensor_list_id', expected: 'an id such as 0x5408', holds: isMatching(/^0x[0-9a-f]{4}$/) },
  { field: 'buffered', expected: 'true or false', holds: isOneOf([true, false]) },
  {
    field: 'acquired_at',
    expected: 'null or a time such as 2026-01-31T12:00:00.000Z',
    holds: value => value === null || isInstant(value),
  },
  {
    field: 'acquired_at_quality',
    expected: `one of ${TIME_QUALITIES.join(', ')}`,
    holds: isOneOf(TIME_QUALITIES),
  },
  {
    field: 'logger_clock_at',
    expected: 'null or a time such as 2026-01-31T12:00:00.000Z',
    holds: value => value === null || isInstant(value),
  },
  {
    field: 'inverter_clock_local',
    expected: 'null or a clock such as 2026-01-31T12:00:00',
    holds: value => value === null || isLocalClock(value),
  },
  { field: 'record_counter', expected: 'a whole number of 32 bits', holds: isWhole(0, MAX_U32) },
  { field: 'dedupe_key', expected: '32 hexadecimal digits', holds: isMatching(/^[0-9a-f]{32}$/) },
  {
    field: 'implausible',
    expected: 'a list of quantity names, each once',
    holds: value =>
      Array.isArray(value) && new Set(value).size === value.length && value.every(isQuantityName),
  },
]

/** ok, or the first field that is wrong, with its path from the message (`reading.values.grid_voltage_l1_v`). */
export function checkReading(value: unknown): Check<Reading> {
  const fields = checkFields<Reading>(value, READING_RULES, 'reading')
  if (fields.kind === 'refused') return fields
  const { acquired_at, acquired_at_quality, values, device } = fields.value
  if ((acquired_at === null) !== (acquired_at_quality === 'unknown')) {
    return refuse(
      'reading.acquired_at_quality',
      acquired_at_quality,
      'unknown where acquired_at is null, and only there',
    )
  }
  return checkValues(values) ?? checkDevice(device) ?? fields
}

/** Ranges are checked again here: the API does not rest on the collector's word. */
function checkValues(values: unknown): Refusal | null {
  if (!isObject(values)) return refuse('reading.values', values, 'an object')
  for (const [name, value] of Object.entries(values)) {
    if (!isQuantityName(name)) return refuse('reading.values', name, 'names of quantities only')
    const { min, max, unit } = QUANTITIES[name]
    const inRange = typeof value === 'number' && isPlausible(name, value)
    if (!inRange) return refuse(`reading.values.${name}`, value, `a number from ${min} to ${max} ${unit}`)
  }
  return null
}

function checkDevice(device: unknown): Refusal | null {
  if (!isObject(device)) return refuse('reading.device', device, 'an object')
  const facts = Object.entries(device)
  if (facts.length > MAX_DEVICE_FACTS)
    return refuse('reading.device', device, `at most ${MAX_DEVICE_FACTS} facts`)
  for (const [name, fact] of facts) {
    if (!/^[a-z0-9_]{1,64}$/.test(name)) return refuse('reading.device', name, 'names in snake case')
    if (!Number.isFinite(fact) && !isStorableText(MAX_DEVICE_TEXT)(fact)) {
      return refuse(
        `reading.device.${name}`,
        fact,
        `a number or a text of at most ${MAX_DEVICE_TEXT} characters`,
      )
    }
  }
  return null
}

function isQuantityName(value: unknown): value is keyof typeof QUANTITIES {
  return typeof value === 'string' && Object.hasOwn(QUANTITIES, value)
}
