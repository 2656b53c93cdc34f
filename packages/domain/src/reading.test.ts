// From decoded fields to a Reading: the real frame of the vectors, layouts, derived power, and what is refused.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type DecodedMicro, dedupeKey, type MeasuredMicro, type RecordHead, toReading } from './index.ts'

const NAME = 'data_deye_micro_m80g3_live'
const FRAME_HEAD_BYTES = 11
const BODY_OFFSET = 0x20
const MEASURED_UNITS = /_(v|a|w|hz|c|kwh)$/
const DEVICE_FIELDS = /^(rated_power_w|grid_(voltage|frequency)_(upper|lower)_\w+|overfreq_start_hz)$/

const vector = realVector()

function toOutcome(change: Partial<DecodedMicro> = {}, head: Partial<RecordHead> = {}) {
  return toReading({ ...vector.decoded, ...change }, { ...vector.head, ...head })
}

function reading(change: Partial<DecodedMicro> = {}, head: Partial<RecordHead> = {}) {
  const outcome = toOutcome(change, head)
  if (outcome.kind !== 'reading') throw new Error(`no reading: ${JSON.stringify(outcome)}`)
  return outcome.reading
}

const withMeasured = (measured: MeasuredMicro) => ({ measured: { ...vector.decoded.measured, ...measured } })
const withDevice = (device: object) => ({ device: { ...vector.decoded.device, ...device } })

describe(`the real frame ${NAME}`, () => {
  it('becomes this reading', () => {
    expect(reading()).toEqual({
      inverter_serial: '2300615269',
      sensor_list_id: '0x5408',
      buffered: false,
      acquired_at: '2024-04-08T17:14:03.000Z',
      acquired_at_quality: 'exact',
      logger_clock_at: '2024-04-08T17:14:03.000Z',
      inverter_clock_local: '2024-04-08T17:09:01',
      record_counter: 1422,
      dedupe_key: dedupeKey(vector.head),
      implausible: [],
      values: {
        ac_active_power_w: 4,
        energy_today_kwh: 0.9,
        energy_total_kwh: 177.5,
        grid_voltage_l1_v: 232,
        grid_current_l1_a: 0,
        grid_frequency_hz: 50.1,
        radiator_temperature_c: 27.7,
        pv1_voltage_v: 27.1,
        pv1_current_a: 0,
        pv1_power_w: 0,
        pv1_energy_today_kwh: 0.4,
        pv1_energy_total_kwh: 80.7,
        pv2_voltage_v: 27.8,
        pv2_current_a: 0,
        pv2_power_w: 0,
        pv2_energy_today_kwh: 0.4,
        pv2_energy_total_kwh: 88.1,
        pv_power_total_w: 0,
      },
      device: {
        protocol_version: 'V0.2.0.1',
        dc_master_version: 'V0.1.1.7',
        ac_version: 'V1.2.1.8',
        rated_power_w: 800,
        mppt_count: 2,
        phase_count: 1,
        grid_voltage_upper_v: 275,
        grid_voltage_lower_v: 183,
        grid_frequency_upper_hz: 51.5,
        grid_frequency_lower_hz: 47.5,
        overfreq_start_hz: 50.2,
        overfreq_reduction_percent: 44,
        self_check_s: 60,
      },
    })
  })
})

describe('the layout of the device', () => {
  const all = withMeasured({
    pv3_voltage_v: 31,
    pv3_current_a: 2,
    pv4_voltage_v: 32,
    pv4_current_a: 2,
    grid_voltage_l2_v: 231,
    grid_voltage_l3_v: 229,
  })

  it('leaves out inputs and phases that it does not have', () => {
    expect(Object.keys(reading(all).values).filter(name => /^pv[34]|_l[23]_/.test(name))).toEqual([])
  })

  it('keeps what it has', () => {
    const { values } = reading({ ...all, ...withDevice({ mppt_count: 4, phase_count: 3 }) })
    expect(values).toMatchObject({
      pv3_power_w: 62,
      pv4_power_w: 64,
      grid_voltage_l2_v: 231,
      grid_voltage_l3_v: 229,
    })
  })

  it.each([undefined, 0, 200])('is taken for four inputs when it says %s', mppt_count => {
    const { values } = reading({ ...all, ...withDevice({ mppt_count, phase_count: undefined }) })
    expect(values).toMatchObject({ pv4_voltage_v: 32 })
    expect(values).not.toHaveProperty('grid_voltage_l2_v')
  })
})

describe('PV power', () => {
  it('is V × A to 0.1 W, and its sum', () => {
    const { values } = reading(
      withMeasured({ pv1_voltage_v: 33.3, pv1_current_a: 7.7, pv2_voltage_v: 30.1, pv2_current_a: 0.3 }),
    )
    expect(values).toMatchObject({ pv1_power_w: 256.4, pv2_power_w: 9, pv_power_total_w: 265.4 })
  })

  it('has no sum when one input is damaged, which is counted once', () => {
    const damaged = reading(withMeasured({ pv1_voltage_v: 900, pv2_current_a: 1 }))
    expect(damaged.implausible).toEqual(['pv1_voltage_v'])
    expect(damaged.values).toMatchObject({ pv2_power_w: 27.8 })
    expect(damaged.values).not.toHaveProperty('pv1_power_w')
    expect(damaged.values).not.toHaveProperty('pv_power_total_w')
  })

  it('is dropped beyond 1.5 of the rating', () => {
    const beyond = reading(withMeasured({ pv1_voltage_v: 64, pv1_current_a: 20 }))
    expect(beyond.implausible).toEqual(['pv_power_total_w', 'pv1_power_w'])
    expect(beyond.values).not.toHaveProperty('pv1_power_w')
  })
})

describe('damaged and empty input', () => {
  it('an energy total of 0 is absent, today of 0 is 0', () => {
    const { values } = reading(
      withMeasured({ energy_total_kwh: 0, pv1_energy_total_kwh: 0, energy_today_kwh: 0 }),
    )
    expect(values).not.toHaveProperty('energy_total_kwh')
    expect(values).not.toHaveProperty('pv1_energy_total_kwh')
    expect(values).toMatchObject({ energy_today_kwh: 0, pv2_energy_total_kwh: 88.1 })
  })

  it('a body of zeros is no data', () => {
    const zeros = Object.fromEntries(Object.keys(vector.decoded.measured).map(name => [name, 0]))
    expect(toOutcome({ measured: zeros })).toMatchObject({ kind: 'implausible', fields: [] })
  })

  it('a body of garbage is named', () => {
    const garbage = Object.fromEntries(Object.keys(vector.decoded.measured).map(name => [name, 1e9]))
    const outcome = toOutcome({ measured: garbage })
    expect(outcome).toMatchObject({
      kind: 'implausible',
      detail: expect.stringContaining('grid_voltage_l1_v'),
    })
  })

  it.each(['', 'abc\0def', 'ÿÿÿÿ', 'x'.repeat(33)])(
    'an unprintable inverter serial is refused: %j',
    inverterSerial => {
      expect(toOutcome({ inverterSerial })).toMatchObject({
        kind: 'implausible',
        fields: ['inverter_serial'],
      })
    },
  )

  it.each(['2000-00-00T00:00:00', '2024-02-31T10:00:00', '2024-04-08T25:00:00', 'x'])(
    'a clock of %s is none',
    clock => {
      expect(reading({ inverterClockLocal: clock }).inverter_clock_local).toBeNull()
    },
  )

  it('device facts that are not printable or not finite are left out', () => {
    const { device } = reading(
      withDevice({ ac_version: '\0\0\0', dc_master_version: '', self_check_s: Number.NaN }),
    )
    expect(Object.keys(device)).not.toEqual(expect.arrayContaining(['ac_version']))
    expect(device).not.toHaveProperty('dc_master_version')
    expect(device).not.toHaveProperty('self_check_s')
    expect(device).toHaveProperty('protocol_version')
  })
})

describe('time', () => {
  it('of a record beyond retention is too old', () => {
    const receivedAtMs = vector.head.receivedAtMs + 401 * 86_400_000
    const outcome = toOutcome({}, { buffered: true, receivedAtMs })
    expect(outcome).toEqual({ kind: 'too_old', acquired_at: '2024-04-08T17:14:03.000Z' })
  })

  it('of a record without a clock is unknown', () => {
    expect(reading({}, { offsetS: 0 })).toMatchObject({
      acquired_at: null,
      acquired_at_quality: 'unknown',
      logger_clock_at: null,
    })
  })

  it('keeps what a wrong clock said beside the estimate', () => {
    const receivedAtMs = Date.parse('2026-01-01T12:00:00Z')
    expect(reading({}, { receivedAtMs })).toMatchObject({
      acquired_at: '2026-01-01T12:00:00.000Z',
      acquired_at_quality: 'estimated',
      logger_clock_at: '2024-04-08T17:14:03.000Z',
    })
  })

  it('of a clock that was never set is no evidence', () => {
    expect(reading({}, { offsetS: 60 }).logger_clock_at).toBeNull()
  })
})

/** Domain knows no decoder: the expected fields of the vector stand in for one. */
function realVector(): { decoded: DecodedMicro; head: RecordHead } {
  const path = new URL('../../solarman-v5/vectors/solarman-v5.json', import.meta.url)
  const found = JSON.parse(readFileSync(path, 'utf8')).find((entry: { name: string }) => entry.name === NAME)
  const { inverter_serial, inverter_clock_local, ...fields } = found.expect.decoded
  const isMeasured = (name: string) => MEASURED_UNITS.test(name) && !DEVICE_FIELDS.test(name)
  const entries = Object.entries<string | number>(fields)
  const payloadEnd = FRAME_HEAD_BYTES + found.expect.payload_length
  return {
    decoded: {
      inverterSerial: inverter_serial,
      inverterClockLocal: inverter_clock_local,
      measured: Object.fromEntries(entries.filter(([name]) => isMeasured(name))) as MeasuredMicro,
      device: Object.fromEntries(entries.filter(([name]) => !isMeasured(name))),
    },
    head: {
      sensorListId: Number(found.expect.sensor_id),
      recordCounter: found.expect.record_counter,
      body: Buffer.from(found.hex, 'hex').subarray(BODY_OFFSET, payloadEnd),
      workTimeS: found.expect.work_time_s,
      powerOnS: found.expect.power_on_s,
      offsetS: found.expect.offset_s,
      buffered: found.expect.buffered,
      receivedAtMs: Date.parse(found.expect.acquired_at_utc) + 1_000,
    },
  }
}
