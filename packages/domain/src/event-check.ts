// Checks a logger's event that came as JSON: small, storable, and without what identifies a household.
import { EVENT_TYPES, type LoggerEvent } from './message.ts'
import {
  type Check,
  checkFields,
  type FieldRule,
  isInstant,
  isObject,
  isOneOf,
  isStorableText,
  refuse,
} from './shape.ts'

const MAX_DATA_VALUES = 200
const MAX_DATA_DEPTH = 4
const MAX_DATA_TEXT = 512
/** Personal data of the site (reference solarman-v5.md section 6, Security). */
export const FORBIDDEN_EVENT_KEYS = [
  'ssid',
  'mac',
  'mac_address',
  'local_ip',
  'local_ip_address',
  'ip',
  'at_command',
  'at_response',
] as const

const EVENT_RULES: readonly FieldRule[] = [
  {
    field: 'event_type',
    expected: `one of ${EVENT_TYPES.join(', ')}`,
    holds: isOneOf(EVENT_TYPES),
  },
  {
    field: 'acquired_at',
    expected: 'null or a time such as 2026-01-31T12:00:00.000Z',
    holds: value => value === null || isInstant(value),
  },
  { field: 'data', expected: 'an object', holds: isObject },
]

export function checkEvent(value: unknown): Check<LoggerEvent> {
  const fields = checkFields<LoggerEvent>(value, EVENT_RULES, 'event')
  if (fields.kind === 'refused') return fields
  const budget = { values: MAX_DATA_VALUES }
  if (!isStorable(fields.value.data, MAX_DATA_DEPTH, budget)) {
    const expected = `at most ${MAX_DATA_VALUES} numbers, flags and short texts, none of them ${FORBIDDEN_EVENT_KEYS.join(', ')}`
    return refuse('event.data', fields.value.data, expected)
  }
  return fields
}

function isStorable(value: unknown, depthLeft: number, budget: { values: number }): boolean {
  budget.values -= 1
  if (budget.values < 0 || depthLeft < 0) return false
  if (typeof value === 'string') return isStorableText(MAX_DATA_TEXT)(value)
  if (typeof value === 'number') return Number.isFinite(value)
  if (value === null || typeof value === 'boolean') return true
  if (Array.isArray(value)) return value.every(item => isStorable(item, depthLeft - 1, budget))
  if (!isObject(value)) return false
  return Object.entries(value).every(
    ([key, item]) =>
      isStorableText(MAX_DATA_TEXT)(key) &&
      !(FORBIDDEN_EVENT_KEYS as readonly string[]).includes(key.toLowerCase()) &&
      isStorable(item, depthLeft - 1, budget),
  )
}
