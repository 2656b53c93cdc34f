// Builds messages and batches as the collector sends them.
import { randomBytes, randomUUID } from 'node:crypto'
import type { Reading, ShippedMessage } from '@deye-hard/domain'

let lastSeq = 0

export function readingMessage(
  loggerSerial: number,
  acquiredAt: Date,
  values: Reading['values'] = { ac_active_power_w: 420.5, energy_today_kwh: 1.25, energy_total_kwh: 1234.5 },
  more: Partial<Reading> = {},
): ShippedMessage & { kind: 'reading' } {
  lastSeq += 1
  return {
    seq: lastSeq,
    logger_serial: loggerSerial,
    received_at: acquiredAt.toISOString(),
    control_code: '0x4210',
    frame: randomBytes(60).toString('base64'),
    kind: 'reading',
    reading: {
      inverter_serial: '2209000001',
      sensor_list_id: '0x5408',
      buffered: false,
      acquired_at: acquiredAt.toISOString(),
      acquired_at_quality: 'exact',
      logger_clock_at: null,
      inverter_clock_local: null,
      record_counter: lastSeq,
      dedupe_key: randomBytes(16).toString('hex'),
      implausible: [],
      values,
      device: { rated_power_w: 800 },
      ...more,
    },
  }
}

export function batch(messages: readonly unknown[]) {
  return { batch_id: randomUUID(), collector_id: 'collector-1', messages }
}
