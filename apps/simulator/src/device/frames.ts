// The bytes of everything a simulated Deye logger says, made with the builders that share no code with the writer.
import type { Frame } from '@deye-hard/solarman-v5'
import {
  type Address,
  buildAnswer,
  buildDeyeMicroData,
  buildFrame,
  buildHeartbeat,
  buildHello,
  buildReport,
  buildWifiInfo,
  u8,
  u16le,
  u32le,
} from '@deye-hard/solarman-v5/testing'
import type { FleetLogger } from '../fleet/fleet.ts'
import type { Firmware } from './firmware.ts'
import type { InverterSample } from './inverter.ts'
import type { ClockHead } from './logger-clocks.ts'
import type { UploadRecord } from './record-buffer.ts'

export const DEYE_MICRO_SENSOR_LIST_ID = 0x5408
const DATA_CODE = 0x42
const LIVE = 0x01
const BUFFERED = 0x81
const STATUS_OK = 1
/** Inverter serial and everything behind it: what a record is, apart from its head (reference 2.4). */
const BODY_OFFSET = 0x20
const TRAILER_BYTES = 2
/** The long form with SSID, as newer sticks send it (reference 2.3). */
const HELLO_PAYLOAD_BYTES = 212
/** "Inverter did not answer" (reference 5.2). */
const LOGGER_EXCEPTION_BODY = [0x05, 0x00]
/** Event bits of three steps of a connection attempt, as captured (reference 2.5). */
const WIFI_EVENTS = [0x0000, 0x0040, 0x0050] as const
const GRID_LIMITS = {
  50: { overfreq_start_hz: 50.2, grid_frequency_upper_hz: 51.5, grid_frequency_lower_hz: 47.5 },
  60: { overfreq_start_hz: 60.2, grid_frequency_upper_hz: 61.5, grid_frequency_lower_hz: 57.5 },
} as const

export interface BurstFrame {
  kind: 'report' | 'wifi_info'
  build(address: Address, clocks: ClockHead): Buffer
}

export function hello(address: Address, clocks: ClockHead, firmware: Firmware, spec: FleetLogger): Buffer {
  return buildHello({
    ...address,
    workTimeS: clocks.workTimeS,
    powerOnS: clocks.powerOnS,
    uploadIntervalMin: Math.max(1, Math.round(spec.upload_interval_s / 60)),
    wifiSignalPercent: firmware.signalPercent,
    moduleVersion: firmware.moduleVersion,
    mac: [...firmware.macAddress],
    localIp: firmware.localAddress,
    sensorListId: DEYE_MICRO_SENSOR_LIST_ID,
    ssid: firmware.ssid,
    payloadBytes: HELLO_PAYLOAD_BYTES,
  })
}

/** A record as live data or as replay: the head differs, the body never does. */
export function data(address: Address, clocks: ClockHead, record: UploadRecord, buffered: boolean): Buffer {
  const head = [
    ...u8(buffered ? BUFFERED : LIVE),
    ...u16le(DEYE_MICRO_SENSOR_LIST_ID),
    ...u32le(clocks.workTimeS),
    ...u32le(clocks.powerOnS),
    ...u32le(clocks.offsetS),
    ...u16le(STATUS_OK),
    ...u32le(record.recordCounter),
  ]
  return buildFrame({ ...address, code: DATA_CODE, payload: Buffer.concat([Buffer.from(head), record.body]) })
}

export function heartbeat(address: Address): Buffer {
  return buildHeartbeat(address)
}

/** What follows the first record after a hello, in the order of reference 2.7. */
export function burstAfterHello(earlier: ClockHead, firmware: Firmware): BurstFrame[] {
  const { ssid, signalPercent } = firmware
  return [
    {
      kind: 'report',
      build: (address, clocks) =>
        buildReport({ ...address, ...clocks, records: [{ kind: 'session', clock: earlier }] }),
    },
    ...WIFI_EVENTS.map(eventBits => ({
      kind: 'wifi_info' as const,
      build: (address: Address, clocks: ClockHead) =>
        buildWifiInfo({
          ...address,
          ...clocks,
          frameType: BUFFERED,
          eventBits,
          ssid,
          wifiSignalPercent: signalPercent,
        }),
    })),
    {
      kind: 'report',
      build: (address, clocks) =>
        buildReport({ ...address, ...clocks, records: [{ kind: 'never_upgraded' }] }),
    },
  ]
}

export function loggerException(address: Address, clocks: ClockHead, request: Frame): Buffer {
  const frameType = request.payload[0] ?? 2
  return buildAnswer({ ...address, ...clocks, frameType, body: LOGGER_EXCEPTION_BODY })
}

/** The part of a data frame that belongs to the record: abs 0x20 to the end of the payload. */
export function deyeMicroBody(spec: FleetLogger, sample: InverterSample): Buffer {
  const { production } = sample
  const frame = buildDeyeMicroData({
    loggerSerial: spec.logger_serial,
    workTimeS: 0,
    powerOnS: 0,
    offsetS: 0,
    recordCounter: 0,
    inverterSerial: spec.inverter_serial,
    inverterClockLocal: clockText(sample.clockMs),
    measured: {
      energy_today_kwh: floorTo(sample.energyTodayKwh, 100),
      energy_total_kwh: floorTo(sample.energyTotalKwh, 10),
      grid_voltage_v: production.gridVoltageV,
      grid_current_a: production.gridCurrentA,
      grid_frequency_hz: production.gridFrequencyHz,
      active_power_w: production.acPowerW,
      radiator_temperature_c: production.radiatorTemperatureC,
      pv: production.inputs.map((input, index) => ({
        voltage_v: input.voltageV,
        current_a: input.currentA,
        energy_today_kwh: floorTo(sample.pvEnergyTodayKwh[index] ?? 0, 10),
        energy_total_kwh: floorTo(sample.pvEnergyTotalKwh[index] ?? 0, 10),
      })),
    },
    device: {
      rated_power_w: spec.rated_power_w,
      mppt_count: spec.mppt_count,
      ...GRID_LIMITS[sample.gridFrequencyHz],
      grid_voltage_upper_v: sample.gridVoltageV * 1.2,
      grid_voltage_lower_v: sample.gridVoltageV * 0.8,
    },
  })
  return Buffer.from(frame.subarray(BODY_OFFSET, frame.length - TRAILER_BYTES))
}

/** A counter shows what is complete; rounding up would let it fall when a part is read again. */
function floorTo(kwh: number, steps: number): number {
  return Math.floor(kwh * steps + 1e-9) / steps
}

/** Null stays the zeros of a clock that was never set. */
function clockText(clockMs: number | null): string | null {
  return clockMs === null ? null : new Date(clockMs).toISOString().slice(0, 19)
}
