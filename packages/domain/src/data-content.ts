// What travels of a data frame: a reading, or the reason why there is none. The collector and a replay from quarantine share it.
import { DEFAULT_TIME_LIMITS, type TimeLimits } from './acquisition-time.ts'
import type { BootClock } from './boot-clock.ts'
import { liveOffset } from './live-offset.ts'
import type { QuarantineReason, ShippedMessage } from './message.ts'
import { type DecodedMicro, type RecordHead, toReading } from './reading.ts'

/** What the decoder of the body said; null where the sensor list has no decoder. */
export type DecodedBody =
  | ({ kind: 'decoded' } & DecodedMicro)
  | { kind: 'undecodable'; reason: string }
  | null

export type DataHead = Omit<RecordHead, 'receivedAtMs' | 'bootOffset'>

export interface DataContext {
  loggerSerial: number
  receivedAtMs: number
  /** Clocks of the boots heard so far; dates records that were buffered without one. */
  bootClock: BootClock
  timeLimits?: TimeLimits
}

export type UndecodableContent = Pick<
  Extract<ShippedMessage, { kind: 'undecodable' }>,
  'kind' | 'reason' | 'detail'
>
export type DataContent =
  | Pick<Extract<ShippedMessage, { kind: 'reading' }>, 'kind' | 'reading'>
  | UndecodableContent

export function dataContent(head: DataHead, body: DecodedBody, context: DataContext): DataContent {
  if (body === null) {
    const id = head.sensorListId.toString(16).padStart(4, '0')
    return undecodableContent('unsupported_sensor_list', `sensor list 0x${id}`)
  }
  if (body.kind === 'undecodable') return undecodableContent('undecodable_payload', body.reason)
  const { loggerSerial, receivedAtMs, bootClock, timeLimits = DEFAULT_TIME_LIMITS } = context
  const bootOffset = bootClock.find(loggerSerial, head)
  const outcome = toReading(body, { ...head, receivedAtMs, bootOffset }, timeLimits)
  switch (outcome.kind) {
    case 'implausible':
      return undecodableContent('implausible', outcome.detail)
    case 'too_old':
      return undecodableContent('too_old', `acquired at ${outcome.acquired_at}`)
    default:
      return outcome
  }
}

/** A live frame tells the clock of its boot; a buffered one may be of another. */
export function observeLive(
  frame: Pick<RecordHead, 'workTimeS' | 'powerOnS' | 'offsetS'>,
  { loggerSerial, receivedAtMs, bootClock, timeLimits }: DataContext,
): void {
  bootClock.observe(loggerSerial, { ...frame, offsetS: liveOffset(frame, receivedAtMs, timeLimits) })
}

export function undecodableContent(reason: QuarantineReason, detail?: string): UndecodableContent {
  return detail === undefined ? { kind: 'undecodable', reason } : { kind: 'undecodable', reason, detail }
}
