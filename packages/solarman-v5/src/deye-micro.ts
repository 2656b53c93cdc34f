// The body of 0x4210 with sensor list 0x5408: Deye micro-inverters (reference/solarman-v5.md 4.2).
import {
  type Field,
  MEASURED,
  MPPT_COUNT_OFFSET,
  OTHER_PHASES,
  OTHER_TEMPERATURES,
  PHASE_COUNT_OFFSET,
  PORT_IDS,
  PV_INPUT_FIELDS,
  PV_INPUTS,
  RATINGS,
  VERSIONS,
} from './deye-micro-fields.ts'
import { clockText } from './inverter-clock.ts'
import { paddedText } from './payload-fields.ts'
import type { UndecodableReason } from './undecodable.ts'

export const DEYE_MICRO_SENSOR_LIST = 0x5408

/** Up to the heat sink temperature: serial, energies, grid values and power. What lies behind is read where present. */
const CORE_BYTES = 65
const SERIAL = { offset: 21, bytes: 10 }
const CLOCK_OFFSET = 245
const CLOCK_BYTES = 6
const PHASES = 3
/** 0xFC18 on all known devices: the sensor is absent. */
const ABSENT_TEMPERATURE = -1000

export type DeyeMicro =
  | {
      kind: 'decoded'
      inverterSerial: string
      /** By name with unit, as in `grid_voltage_v`; PV inputs and phases that the device does not have are left out. */
      measured: Record<string, number>
      /** Versions, ratings, limits and port ids. */
      device: Record<string, string | number>
      /** Sample time on the inverter's wall clock, `2024-04-08T17:09:01`; null when the clock was never set. */
      inverterClockLocal: string | null
    }
  | { kind: 'undecodable'; reason: UndecodableReason }

/** The serial number alone; null where `decodeDeyeMicro` finds the payload undecodable. */
export function deyeMicroSerial(payload: Buffer): string | null {
  const isDeyeMicro = payload.length >= CORE_BYTES && payload.readUInt16LE(1) === DEYE_MICRO_SENSOR_LIST
  return isDeyeMicro ? serialOf(payload) : null
}

/** @param payload of the whole 0x4210 frame; 330 bytes on M80G3, 534 on MI600. */
export function decodeDeyeMicro(payload: Buffer): DeyeMicro {
  if (payload.length < CORE_BYTES) return { kind: 'undecodable', reason: 'payload_too_short' }
  if (payload.readUInt16LE(1) !== DEYE_MICRO_SENSOR_LIST)
    return { kind: 'undecodable', reason: 'wrong_sensor_list' }
  const inverterSerial = serialOf(payload)
  if (inverterSerial === null) return { kind: 'undecodable', reason: 'bad_inverter_serial' }
  const clock = payload.subarray(CLOCK_OFFSET, CLOCK_OFFSET + CLOCK_BYTES)
  return {
    kind: 'decoded',
    inverterSerial,
    measured: decodeMeasured(payload),
    device: decodeDevice(payload),
    inverterClockLocal: clock.length === CLOCK_BYTES ? clockText(clock) : null,
  }
}

/** Serials are text: some start with a letter (reference section 6). */
function serialOf(payload: Buffer): string | null {
  const text = payload.toString('latin1', SERIAL.offset, SERIAL.offset + SERIAL.bytes).replace(/[ \0]+$/, '')
  return /^[\x21-\x7e]+$/.test(text) ? text : null
}

function decodeMeasured(payload: Buffer): Record<string, number> {
  const measured: Record<string, number> = {}
  readInto(measured, payload, MEASURED)
  readInto(measured, payload, OTHER_PHASES.slice(0, countAt(payload, PHASE_COUNT_OFFSET, PHASES) - 1))
  for (const field of OTHER_TEMPERATURES) {
    const isPresent = field.offset + field.bytes <= payload.length
    if (isPresent && field.read(payload, field.offset) !== ABSENT_TEMPERATURE)
      readInto(measured, payload, [field])
  }
  for (const fields of PV_INPUT_FIELDS.slice(0, mpptCount(payload))) readInto(measured, payload, fields)
  return measured
}

function decodeDevice(payload: Buffer): Record<string, string | number> {
  const device: Record<string, string | number> = {}
  for (const { name, offset, bytes } of [...VERSIONS, ...PORT_IDS.slice(0, mpptCount(payload))]) {
    if (offset + bytes <= payload.length) device[name] = paddedText(payload.subarray(offset, offset + bytes))
  }
  readInto(device, payload, RATINGS)
  return device
}

function mpptCount(payload: Buffer): number {
  return countAt(payload, MPPT_COUNT_OFFSET, PV_INPUTS)
}

/** A count outside 1 .. `most`, or none, hides nothing: then all are read. */
function countAt(payload: Buffer, offset: number, most: number): number {
  const count = payload[offset] ?? 0
  return count >= 1 && count <= most ? count : most
}

/** What lies behind the end of the payload stays out. */
function readInto(values: Record<string, string | number>, payload: Buffer, fields: readonly Field[]): void {
  for (const { name, offset, read, bytes, divisor } of fields) {
    if (offset + bytes <= payload.length) values[name] = read(payload, offset) / divisor
  }
}
