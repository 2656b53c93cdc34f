// Distinct data frames at the cost of a copy: one built frame per connection, patched in place for each send.
import { buildDeyeMicroData } from '@deye-hard/solarman-v5/testing'
import type { FleetLogger } from '../fleet/fleet.ts'

const SEQ_SERVER_AT = 5
const SEQ_LOGGER_AT = 6
const WORK_TIME_AT = 11 + 3
const RECORD_COUNTER_AT = 11 + 17
const BODY_AT = 0x20
/** Serials may repeat over connections: each connection counts in its own range. */
const COUNTERS_PER_LAP = 2 ** 24

/**
 * Live 0x5408 frames of one logger. Frames differ in sequence byte and record counter, so no two have the same dedupe
 * key; two runs differ in the inverter clock of the body.
 */
export class LoadFrames {
  readonly bytesPerFrame: number
  readonly #template: Buffer
  #recordCounter: number
  #workTimeS: number
  readonly #startMs: number
  readonly #startWorkS: number

  /** @param lap which of several connections with this serial it is. */
  constructor(logger: FleetLogger, lap: number, nowMs: number) {
    this.#recordCounter = (lap * COUNTERS_PER_LAP) >>> 0
    this.#workTimeS = 1_000_000
    this.#startWorkS = this.#workTimeS
    this.#startMs = nowMs
    this.#template = buildTemplate(logger, this.#recordCounter, this.#workTimeS, nowMs)
    this.bytesPerFrame = this.#template.length
  }

  /** W follows the clock, so that W + O stays the time of sending. Call it about once a second. */
  follow(nowMs: number): void {
    this.#workTimeS = this.#startWorkS + Math.floor((nowMs - this.#startMs) / 1_000)
    this.#patchU32(WORK_TIME_AT, this.#workTimeS)
  }

  /** Of the frame written last. */
  get recordCounter(): number {
    return this.#recordCounter
  }

  /** What the dedupe key hashes: the same for all frames of this logger. */
  get body(): Buffer {
    return this.#template.subarray(BODY_AT, this.#template.length - 2)
  }

  /** Writes the next frame at `offset`; `target` must have room for `bytesPerFrame`. */
  writeNext(target: Buffer, offset: number, seqServer: number, seqLogger: number): void {
    this.#recordCounter = (this.#recordCounter + 1) >>> 0
    this.#patchU32(RECORD_COUNTER_AT, this.#recordCounter)
    this.#patchByte(SEQ_SERVER_AT, seqServer)
    this.#patchByte(SEQ_LOGGER_AT, seqLogger)
    this.#template.copy(target, offset)
  }

  #patchU32(at: number, value: number): void {
    this.#patchByte(at, value & 0xff)
    this.#patchByte(at + 1, (value >>> 8) & 0xff)
    this.#patchByte(at + 2, (value >>> 16) & 0xff)
    this.#patchByte(at + 3, value >>> 24)
  }

  /** The checksum is a sum, so it moves by as much as the byte does. */
  #patchByte(at: number, value: number): void {
    const template = this.#template
    const checksumAt = template.length - 2
    template[checksumAt] = (template[checksumAt]! + value - template[at]!) & 0xff
    template[at] = value
  }
}

function buildTemplate(logger: FleetLogger, recordCounter: number, workTimeS: number, nowMs: number): Buffer {
  const totalKwh = Math.floor((nowMs / 3_600_000_000) * 10) / 10
  return buildDeyeMicroData({
    loggerSerial: logger.logger_serial,
    inverterSerial: logger.inverter_serial,
    recordCounter,
    workTimeS,
    powerOnS: 3_600,
    offsetS: Math.floor(nowMs / 1_000) - workTimeS,
    inverterClockLocal: new Date(nowMs).toISOString().slice(0, 19),
    measured: {
      active_power_w: Math.round(logger.rated_power_w * 0.6),
      energy_today_kwh: 1.25,
      energy_total_kwh: totalKwh,
      grid_voltage_v: 231.4,
      grid_current_a: 1.2,
      grid_frequency_hz: 50.01,
      radiator_temperature_c: 31.5,
      pv: Array.from({ length: logger.mppt_count }, () => ({ voltage_v: 33.1, current_a: 4.2 })),
    },
    device: { rated_power_w: logger.rated_power_w, mppt_count: logger.mppt_count },
  })
}
