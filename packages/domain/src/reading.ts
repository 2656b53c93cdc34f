// Turns the decoded body of a Deye micro-inverter frame into a Reading, or says why there is none.
import {
  type AcquisitionTime,
  acquisitionTime,
  type BootOffset,
  DEFAULT_TIME_LIMITS,
  loggerClock,
  type TimeLimits,
} from './acquisition-time.ts'
import { dedupeKey } from './dedupe-key.ts'
import { isLocalClock } from './local-clock.ts'
import type { Quantities, Reading } from './message.ts'
import { addPvPower, fromMicro, type MeasuredMicro } from './micro-quantities.ts'
import { checkPlausibility, isPlausible, type PlausibilityLimits } from './plausibility.ts'
import { QUANTITIES, QUANTITY_NAMES, type QuantityName } from './quantities.ts'

/** Text that the database and JSON take as it is; Deye writes 10 digits, other families up to 16 letters and digits. */
const INVERTER_SERIAL = /^[\x21-\x7e]{1,32}$/
const MAX_DEVICE_TEXT = 64
/** Micro-inverters: reference solarman-v5.md section 8. */
const MICRO_PV_VOLTAGE_V = { min: 0, max: 65 }
const MICRO_PV_CURRENT_A = { min: 0, max: 20 }
const MICRO_RANGES: NonNullable<PlausibilityLimits['ranges']> = Object.fromEntries(
  [1, 2, 3, 4].flatMap(input => [
    [`pv${input}_voltage_v`, MICRO_PV_VOLTAGE_V],
    [`pv${input}_current_a`, MICRO_PV_CURRENT_A],
  ]),
)
const TOTALS = QUANTITY_NAMES.filter(name => QUANTITIES[name].kind === 'total_counter')
const DERIVED = QUANTITY_NAMES.filter(name => /^pv(\d|_)\w*power/.test(name))

/** What the decoder of sensor list 0x5408 gives; names as in the vectors' `expect.decoded`. */
export interface DecodedMicro {
  inverterSerial: string
  measured: MeasuredMicro
  device: {
    readonly rated_power_w?: string | number | undefined
    readonly mppt_count?: string | number | undefined
    readonly phase_count?: string | number | undefined
  }
  inverterClockLocal: string | null
}

/** The head of the data frame and the moment of its receipt. */
export interface RecordHead {
  sensorListId: number
  recordCounter: number
  /** Bytes from abs 0x20 to the end of the payload. */
  body: Uint8Array
  workTimeS: number
  powerOnS: number
  offsetS: number
  buffered: boolean
  receivedAtMs: number
  bootOffset?: BootOffset | undefined
}

export type ReadingOutcome =
  | { kind: 'reading'; reading: Reading }
  /** Garbage, or no data at all; `fields` names what was out of range, `detail` is fit for the quarantine. */
  | { kind: 'implausible'; fields: string[]; detail: string }
  | { kind: 'too_old'; acquired_at: string }

export function toReading(
  decoded: DecodedMicro,
  head: RecordHead,
  limits: TimeLimits = DEFAULT_TIME_LIMITS,
): ReadingOutcome {
  if (!INVERTER_SERIAL.test(decoded.inverterSerial)) {
    return {
      kind: 'implausible',
      fields: ['inverter_serial'],
      detail: 'inverter_serial is not printable text',
    }
  }
  const ratedPowerW = numberOf(decoded.device.rated_power_w)
  const checked = checkMicro(decoded, { ratedPowerW, ranges: MICRO_RANGES })
  if (checked.kind !== 'plausible') return checked
  const time = acquisitionTime(head, limits)
  if (time.kind === 'too_old') return time
  return { kind: 'reading', reading: assemble(decoded, head, time, checked) }
}

type CheckedMicro = { kind: 'plausible'; values: Quantities; implausible: QuantityName[] }

/** Power is computed from values that passed, so that one damaged voltage is not counted three times. */
function checkMicro(
  { measured, device }: DecodedMicro,
  limits: PlausibilityLimits,
): CheckedMicro | Extract<ReadingOutcome, { kind: 'implausible' }> {
  const layout = { mpptCount: numberOf(device.mppt_count), phaseCount: numberOf(device.phase_count) }
  const verdict = checkPlausibility(fromMicro(measured, layout), limits)
  if (verdict.kind === 'no_data') {
    return { kind: 'implausible', fields: [], detail: 'every value is 0: no data' }
  }
  if (verdict.kind === 'garbage') {
    const detail = `out of range: ${verdict.implausible.join(', ')}`
    return { kind: 'implausible', fields: verdict.implausible, detail }
  }
  dropZeroTotals(verdict.values)
  addPvPower(verdict.values)
  const beyond = DERIVED.filter(name => !isAbsentOrPlausible(name, verdict.values, limits))
  for (const name of beyond) delete verdict.values[name]
  return { ...verdict, implausible: [...verdict.implausible, ...beyond] }
}

/** A total of 0 right after start-up is an absent one (reference 4.2); a new inverter passes it within its first hour. */
function dropZeroTotals(values: Quantities): void {
  for (const name of TOTALS) if (values[name] === 0) delete values[name]
}

function isAbsentOrPlausible(name: QuantityName, values: Quantities, limits: PlausibilityLimits): boolean {
  const value = values[name]
  return value === undefined || isPlausible(name, value, limits)
}

function assemble(
  decoded: DecodedMicro,
  head: RecordHead,
  time: Extract<AcquisitionTime, { kind: 'time' }>,
  checked: CheckedMicro,
): Reading {
  return {
    inverter_serial: decoded.inverterSerial,
    sensor_list_id: `0x${head.sensorListId.toString(16).padStart(4, '0')}`,
    buffered: head.buffered,
    acquired_at: time.acquired_at,
    acquired_at_quality: time.quality,
    logger_clock_at: loggerClock(head),
    inverter_clock_local: isLocalClock(decoded.inverterClockLocal) ? decoded.inverterClockLocal : null,
    record_counter: head.recordCounter,
    dedupe_key: dedupeKey(head),
    implausible: checked.implausible,
    values: checked.values,
    device: deviceFacts(decoded.device),
  }
}

function deviceFacts(device: object): Record<string, string | number> {
  const facts = Object.entries(device).filter(
    ([, fact]) =>
      Number.isFinite(fact) ||
      (typeof fact === 'string' && /^[\x20-\x7e]+$/.test(fact) && fact.length <= MAX_DEVICE_TEXT),
  )
  return Object.fromEntries(facts)
}

function numberOf(fact: string | number | undefined): number | undefined {
  return typeof fact === 'number' && Number.isFinite(fact) ? fact : undefined
}
