// Decides for each message of a batch where it goes before the database is asked: a row, an event, or quarantine. Pure.
import {
  checkContent,
  type LoggerEvent,
  type QuarantineReason,
  type Reading,
  type ShippedMessage,
} from '@deye-hard/domain'

const DAY_MS = 86_400_000
/** A collector's clock may be wrong, but a row far in the future would hide newer ones. */
const FUTURE_TOLERANCE_MS = DAY_MS

export interface Registration {
  inverterId: number
  ratedPowerW: number | null
  timezone: string
}

export interface PlannedReading {
  /** Place in the batch. */
  position: number
  loggerSerial: number
  registration: Registration
  /** Acquired, or received where the logger had no clock; ms. */
  timeMs: number
  receivedAt: string
  reading: Reading
}

export interface PlannedEvent {
  position: number
  loggerSerial: number
  receivedAt: string
  event: LoggerEvent
}

export interface PlannedQuarantine {
  position: number
  message: ShippedMessage
  reason: QuarantineReason
  detail?: string
}

export interface Plan {
  /** Sorted by message key, each key once: all transactions take their locks in this order. */
  readings: PlannedReading[]
  events: PlannedEvent[]
  quarantine: PlannedQuarantine[]
  /** Later copies of a message inside the batch; the first one wins. */
  duplicates: number[]
}

export interface PlanLimits {
  now: Date
  measurementRetentionDays: number
}

export function planBatch(
  messages: readonly ShippedMessage[],
  registrations: ReadonlyMap<number, Registration>,
  limits: PlanLimits,
): Plan {
  const byKey = new Map<string, PlannedReading>()
  const plan: Plan = { readings: [], events: [], quarantine: [], duplicates: [] }
  for (const [position, message] of messages.entries()) {
    const { logger_serial: loggerSerial, received_at: receivedAt } = message
    const fate = decide(message, registrations.get(loggerSerial), limits)
    if (fate.kind === 'quarantine') {
      plan.quarantine.push({ position, message, ...fate.because })
    } else if (fate.kind === 'event') {
      plan.events.push({ position, loggerSerial, receivedAt, event: fate.event })
    } else {
      const planned = { position, loggerSerial, receivedAt, ...fate.row }
      const key = messageKey(planned)
      if (byKey.has(key)) plan.duplicates.push(position)
      else byKey.set(key, planned)
    }
  }
  plan.readings = [...byKey.values()].sort(compareKeys)
  return plan
}

/** The dedupe key holds the counter but not the serial. */
export function messageKey({ loggerSerial, reading }: PlannedReading): string {
  return `${loggerSerial}/${reading.record_counter}/${reading.dedupe_key}`
}

type Fate =
  | { kind: 'row'; row: Pick<PlannedReading, 'registration' | 'timeMs' | 'reading'> }
  | { kind: 'event'; event: LoggerEvent }
  | { kind: 'quarantine'; because: { reason: QuarantineReason; detail?: string } }

function decide(message: ShippedMessage, registration: Registration | undefined, limits: PlanLimits): Fate {
  const check = checkContent(message)
  if (check.kind === 'refused') {
    return quarantine('invalid_message', `${check.field} is ${check.form}, expected ${check.expected}`)
  }
  // A stranger's frame is a stranger's first: once it is registered, a replay decodes it anew.
  if (!registration) {
    return quarantine('unknown_logger', message.kind === 'undecodable' ? message.reason : undefined)
  }
  if (message.kind === 'undecodable') return quarantine(message.reason, message.detail)
  if (message.kind === 'event') return { kind: 'event', event: message.event }
  return decideReading(message.reading, Date.parse(message.received_at), registration, limits)
}

function decideReading(
  reading: Reading,
  receivedAtMs: number,
  registration: Registration,
  limits: PlanLimits,
): Fate {
  const timeMs = reading.acquired_at === null ? receivedAtMs : Date.parse(reading.acquired_at)
  const nowMs = limits.now.getTime()
  if (timeMs < nowMs - limits.measurementRetentionDays * DAY_MS) return quarantine('too_old')
  if (Math.max(timeMs, receivedAtMs) > nowMs + FUTURE_TOLERANCE_MS) {
    return quarantine(
      'invalid_message',
      'reading.acquired_at or received_at is more than a day in the future',
    )
  }
  return { kind: 'row', row: { registration, timeMs, reading } }
}

function quarantine(reason: QuarantineReason, detail?: string): Fate {
  return { kind: 'quarantine', because: detail === undefined ? { reason } : { reason, detail } }
}

function compareKeys(a: PlannedReading, b: PlannedReading): number {
  return (
    a.loggerSerial - b.loggerSerial ||
    a.reading.record_counter - b.reading.record_counter ||
    (a.reading.dedupe_key < b.reading.dedupe_key ? -1 : 1)
  )
}
