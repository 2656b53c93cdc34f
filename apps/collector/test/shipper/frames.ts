// Frames of one logger as the collector receives them, each a record of its own.
import { buildDeyeMicroData, buildFrame, buildHello } from '@deye-hard/solarman-v5/testing'

export const LOGGER_SERIAL = 2_712_345_678
const WORK_TIME_S = 5_000

/** A record that decodes and passes all checks; `counter` makes it unlike the others. */
export function dataFrame(counter: number, receivedAtMs: number): Buffer {
  return buildDeyeMicroData({
    loggerSerial: LOGGER_SERIAL,
    workTimeS: WORK_TIME_S,
    powerOnS: 600,
    offsetS: Math.floor(receivedAtMs / 1_000) - WORK_TIME_S,
    recordCounter: counter,
    inverterSerial: '2212345678',
    measured: {
      active_power_w: 400,
      energy_today_kwh: 1.2,
      energy_total_kwh: 345.6,
      grid_voltage_v: 231.4,
      grid_frequency_hz: 50,
      radiator_temperature_c: 31,
      pv: [{ voltage_v: 32, current_a: 6 }],
    },
    device: { rated_power_w: 800, mppt_count: 2, phase_count: 1 },
  })
}

export function helloFrame(): Buffer {
  return buildHello({
    loggerSerial: LOGGER_SERIAL,
    workTimeS: 10,
    powerOnS: 7,
    ssid: 'HOME-WIFI',
    localIp: '192.168.7.9',
    mac: [0xde, 0xad, 0xbe, 0xef, 0x00, 0x01],
    payloadBytes: 212,
  })
}

export function cutHelloFrame(): Buffer {
  return buildFrame({ code: 0x41, loggerSerial: LOGGER_SERIAL, payload: [2, 1, 0, 0] })
}

export function unknownCodeFrame(): Buffer {
  return buildFrame({ code: 0x4a, loggerSerial: LOGGER_SERIAL, payload: [1, 2, 3] })
}
