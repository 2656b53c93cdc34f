// What travels from the collector to the API and what comes back for each message.
import type { QuantityName } from './quantities.ts'

export type Quantities = Partial<Record<QuantityName, number>>

/** How sure the acquisition time is: device clock, derived from the same boot, or only the time of receipt. */
export const TIME_QUALITIES = ['exact', 'estimated', 'unknown'] as const
export type TimeQuality = (typeof TIME_QUALITIES)[number]

export const QUARANTINE_REASONS = [
  'unknown_logger',
  'unsupported_sensor_list',
  'undecodable_payload',
  'unknown_control_code',
  'implausible',
  'too_old',
  'invalid_message',
] as const
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number]

export interface Reading {
  inverter_serial: string
  /** As hexadecimal text, for example `0x5408`. */
  sensor_list_id: string
  /** True for frame type 0x81: a record replayed from the logger's buffer. */
  buffered: boolean
  /** ISO 8601 in UTC; null when the logger had no clock. */
  acquired_at: string | null
  acquired_at_quality: TimeQuality
  /** What the logger's own clock said, ISO 8601 in UTC; kept as evidence where `acquired_at` differs. Null without a clock. */
  logger_clock_at: string | null
  /** Wall clock of the inverter without a zone, `2024-04-08T17:09:01`. */
  inverter_clock_local: string | null
  record_counter: number
  /** 32 hexadecimal digits, see `dedupeKey`. */
  dedupe_key: string
  /** Quantities that were out of range and are therefore absent from `values`. */
  implausible: QuantityName[]
  values: Quantities
  /** Static facts: versions, ratings, grid limits. */
  device: Record<string, string | number>
}

/** What a logger says beside its readings; `response` and `interim` answer a question that a server put to it. */
export const EVENT_TYPES = ['hello', 'wifi_info', 'report', 'response', 'interim'] as const

export interface LoggerEvent {
  event_type: (typeof EVENT_TYPES)[number]
  acquired_at: string | null
  /** Never holds SSID, MAC, the site's private address, or an AT text (it may be a Wi-Fi key). */
  data: Record<string, unknown>
}

interface Envelope {
  /** Unique per collector. */
  seq: number
  logger_serial: number
  /** ISO 8601 in UTC with milliseconds. */
  received_at: string
  /** As hexadecimal text, for example `0x4210`. */
  control_code: string
  /** The whole V5 frame, base64. */
  frame: string
}

export type ShippedMessage = Envelope &
  (
    | { kind: 'reading'; reading: Reading }
    | { kind: 'event'; event: LoggerEvent }
    | { kind: 'undecodable'; reason: QuarantineReason; detail?: string }
  )

export interface MeasurementBatch {
  /** UUID; the same batch sent again changes nothing. */
  batch_id: string
  collector_id: string
  messages: ShippedMessage[]
}

export type IngestOutcome =
  | { seq: number; outcome: 'stored' | 'duplicate' }
  | { seq: number; outcome: 'quarantined' | 'rejected'; reason: string; detail?: string }

/** received = stored + duplicates + quarantined + waiting; `unaccounted` is the remainder. */
export interface Ledger {
  received: number
  stored: number
  duplicates: number
  quarantined: number
  waiting: number
  unaccounted: number
}
