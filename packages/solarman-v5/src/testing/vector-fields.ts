// Compares the expectation of a vector with described frames, field by field; knows the one vector that contradicts itself.
import type { Vector } from './vectors.ts'

/** The time of the capture is no property of the bytes. */
const NOT_IN_THE_BYTES = ['captured_at_utc', 'decoded_by']
/** Fields about a stream, not about one frame. */
const STREAM_FIELDS = [
  'frames',
  'codes',
  'lengths',
  'skipped_bytes',
  'declared_length',
  'actual_length',
  'reason',
]
/**
 * Masking put another inverter serial into the bytes of this vector but not into its `rtu_hex` and `registers`, and
 * left the old CRC behind: those three cannot be met by the bytes. A test builds the original from `rtu_hex`.
 */
const MASKED_APART = { name: 'modbus_rsp_double_crc', fields: ['rtu_hex', 'registers', 'crc_ok'] }

export interface FieldDifference {
  field: string
  expected: unknown
  actual: unknown
}

/** Every field of `expect` that `actual`, the description of the vector's only frame, does not meet. */
export function fieldDifferences(vector: Vector, actual: Record<string, unknown>): FieldDifference[] {
  const isMicro = vector.expect.sensor_id === '0x5408'
  const skipped = [...NOT_IN_THE_BYTES, ...STREAM_FIELDS, 'decoded', 'modbus']
  const fields = differences('', withoutKeys(vector.expect, skipped), actual)
  const readings = isMicro
    ? differences('decoded.', part(vector.expect, 'decoded'), part(actual, 'readings'))
    : []
  const apart = vector.name === MASKED_APART.name ? MASKED_APART.fields : []
  const modbus = differences(
    'modbus.',
    withoutKeys(part(vector.expect, 'modbus'), apart),
    part(actual, 'modbus'),
  )
  return [...fields, ...readings, ...modbus]
}

function differences(
  prefix: string,
  expected: Record<string, unknown>,
  actual: Record<string, unknown>,
): FieldDifference[] {
  return Object.entries(expected)
    .filter(([field, value]) => JSON.stringify(actual[field]) !== JSON.stringify(value))
    .map(([field, value]) => ({ field: prefix + field, expected: value, actual: actual[field] }))
}

function withoutKeys(fields: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([field]) => !keys.includes(field)))
}

function part(fields: Record<string, unknown>, key: string): Record<string, unknown> {
  return (fields[key] ?? {}) as Record<string, unknown>
}
