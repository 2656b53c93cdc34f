// Checks of what comes from outside: every field that can be wrong is named, and nothing that passes can hurt the database.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkBatch,
  checkContent,
  checkEnvelope,
  checkEvent,
  checkReading,
  FORBIDDEN_EVENT_KEYS,
  MAX_BATCH_MESSAGES,
} from './index.ts'

const READING = {
  inverter_serial: '2300615269',
  sensor_list_id: '0x5408',
  buffered: false,
  acquired_at: '2024-04-08T17:14:03.000Z',
  acquired_at_quality: 'exact',
  logger_clock_at: '2024-04-08T17:14:03.000Z',
  inverter_clock_local: '2024-04-08T17:09:01',
  record_counter: 1422,
  dedupe_key: '1d3bb369209607a1801fac79f03333e3',
  implausible: ['pv1_voltage_v'],
  values: { ac_active_power_w: 4, grid_frequency_hz: 50.1 },
  device: { ac_version: 'V1.2.1.8', rated_power_w: 800 },
}
const EVENT = {
  event_type: 'hello',
  acquired_at: null,
  data: { firmware: 'MW3_16U_5406_1.53', parts: [1, true, null] },
}
const MESSAGE = {
  seq: 1,
  logger_serial: 2_948_306_684,
  received_at: '2024-04-08T17:14:04.120Z',
  control_code: '0x4210',
  frame: Buffer.from('a5').toString('base64'),
  kind: 'reading',
  reading: READING,
}
const BATCH = {
  batch_id: '0b7cf9a8-6f0f-4f0e-9a43-0f3c9a3f1c11',
  collector_id: 'collector-1',
  messages: [MESSAGE],
}
const ok = (value: unknown) => ({ kind: 'ok', value })
const long = 'x'.repeat(1_001)

describe('a batch', () => {
  it('passes, and so does an empty one', () => {
    expect(checkBatch(BATCH)).toEqual(ok(BATCH))
    expect(checkBatch({ ...BATCH, messages: [] }).kind).toBe('ok')
  })

  it.each([
    ['batch_id', 'x'],
    ['batch_id', undefined],
    ['collector_id', ''],
    ['collector_id', 'a b'],
    ['messages', {}],
    ['messages', Array(MAX_BATCH_MESSAGES + 1).fill(MESSAGE)],
  ])('with a wrong %s is refused', (field, value) => {
    expect(checkBatch({ ...BATCH, [field]: value })).toMatchObject({ kind: 'refused', field })
  })
})

describe('an envelope', () => {
  it('passes whatever it holds', () => {
    expect(checkEnvelope({ ...MESSAGE, reading: null }).kind).toBe('ok')
  })

  it('says which field, what form, and what was expected', () => {
    expect(checkEnvelope({ ...MESSAGE, seq: undefined })).toEqual({
      kind: 'refused',
      field: 'seq',
      form: 'nothing',
      expected: 'a whole number from 0',
    })
    expect(checkEnvelope({ ...MESSAGE, control_code: 'hunter2' })).toMatchObject({
      form: 'a text of 7 characters',
    })
  })

  it.each([
    ['seq', -1],
    ['seq', 1.5],
    ['seq', '1'],
    ['logger_serial', 2 ** 32],
    ['logger_serial', null],
    ['received_at', '2024-04-08T17:14:04Z'],
    ['received_at', '2024-02-30T17:14:04.000Z'],
    ['received_at', '2024-13-01T17:14:04.000Z'],
    ['received_at', '2014-12-31T23:59:59.999Z'],
    ['received_at', '9999-01-01T00:00:00.000Z'],
    ['control_code', '0x42'],
    ['frame', 'a5'],
    ['frame', 'not base64!'],
    ['frame', 'A'.repeat(90_000)],
    ['frame', ['x']],
    ['kind', 'toString'],
  ])('with a wrong %s (%j) is refused', (field, value) => {
    expect(checkEnvelope({ ...MESSAGE, [field]: value })).toMatchObject({ kind: 'refused', field })
  })

  it.each([null, undefined, 7, 'text', [], true])('that is %j is refused', value => {
    expect(checkEnvelope(value)).toMatchObject({ kind: 'refused', field: 'message', expected: 'an object' })
  })
})

describe('the content', () => {
  const content = (change: object) => {
    const envelope = checkEnvelope({ ...MESSAGE, ...change })
    return envelope.kind === 'ok' ? checkContent(envelope.value) : envelope
  }

  it('of each kind passes', () => {
    expect(content({})).toEqual(ok(MESSAGE))
    expect(content({ kind: 'event', event: EVENT }).kind).toBe('ok')
    expect(content({ kind: 'undecodable', reason: 'unknown_control_code' }).kind).toBe('ok')
    expect(content({ kind: 'undecodable', reason: 'implausible', detail: 'out of range' }).kind).toBe('ok')
  })

  it.each([
    ['reading', { reading: undefined }],
    ['event', { kind: 'event' }],
    ['reason', { kind: 'undecodable', reason: 'because' }],
    ['detail', { kind: 'undecodable', reason: 'implausible', detail: long }],
    ['detail', { kind: 'undecodable', reason: 'implausible', detail: 'a\0b' }],
  ])('with a wrong %s is refused', (field, change) => {
    expect(content(change)).toMatchObject({ kind: 'refused', field })
  })
})

describe('a reading', () => {
  it('passes, also without a time', () => {
    expect(checkReading(READING)).toEqual(ok(READING))
    const untimed = { acquired_at: null, acquired_at_quality: 'unknown', inverter_clock_local: null }
    expect(checkReading({ ...READING, ...untimed }).kind).toBe('ok')
  })

  it.each([
    ['inverter_serial', 'a\0b'],
    ['sensor_list_id', 0x5408],
    ['buffered', 'false'],
    ['acquired_at', '2024-04-08'],
    ['acquired_at_quality', 'sure'],
    ['acquired_at_quality', 'unknown'],
    ['inverter_clock_local', '2024-04-08T17:09:61'],
    ['logger_clock_at', '2024-04-08 17:14'],
    ['record_counter', -1],
    ['dedupe_key', 'ABC'],
    ['implausible', ['seq']],
    ['implausible', ['pv1_voltage_v', 'pv1_voltage_v']],
    ['values', null],
    ['values', { __proto__x: 1 }],
    ['device', []],
    ['device', Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`f${i}`, 1]))],
    ['device', { 'Not Snake': 1 }],
  ])('with a wrong %s (%j) is refused', (field, value) => {
    expect(checkReading({ ...READING, [field]: value })).toMatchObject({
      kind: 'refused',
      field: `reading.${field}`,
    })
  })

  it.each([
    ['values.grid_frequency_hz', { values: { grid_frequency_hz: 30 } }],
    ['values.ac_active_power_w', { values: { ac_active_power_w: '4' } }],
    ['values.ac_active_power_w', { values: { ac_active_power_w: null } }],
    ['values.energy_total_kwh', { values: { energy_total_kwh: 1e9 } }],
    ['device.ac_version', { device: { ac_version: 'V\0' } }],
    ['device.rated_power_w', { device: { rated_power_w: null } }],
  ])('names %s', (path, change) => {
    expect(checkReading({ ...READING, ...change })).toMatchObject({
      kind: 'refused',
      field: `reading.${path}`,
    })
  })
})

describe('an event', () => {
  const nested = (depth: number): object => (depth === 0 ? {} : { a: nested(depth - 1) })

  it('passes', () => {
    expect(checkEvent(EVENT)).toEqual(ok(EVENT))
    expect(checkEvent({ ...EVENT, data: nested(4) }).kind).toBe('ok')
  })

  it.each([
    ['event_type', 'goodbye'],
    ['acquired_at', 0],
    ['data', []],
    ['data', nested(5)],
    ['data', { text: 'a\0b' }],
    ['data', { text: '\ud800' }],
    ['data', { 'a\0b': 1 }],
    ['data', { text: long }],
    ['data', { number: Number.NaN }],
    ['data', { value: () => 1 }],
    ['data', { list: Array(201).fill(1) }],
  ])('with a wrong %s is refused', (field, value) => {
    expect(checkEvent({ ...EVENT, [field]: value })).toMatchObject({
      kind: 'refused',
      field: `event.${field}`,
    })
  })

  it.each(FORBIDDEN_EVENT_KEYS)('never holds %s, however deep', key => {
    const data = { network: { [key.toUpperCase()]: 'home' } }
    expect(checkEvent({ ...EVENT, data })).toMatchObject({ kind: 'refused', field: 'event.data' })
  })
})

describe('for any JSON', () => {
  it('every check answers and never throws, and no refusal shows a value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), json => {
        for (const check of [checkBatch, checkEnvelope, checkReading, checkEvent]) {
          expect(['ok', 'refused']).toContain(check(json).kind)
          expect(['ok', 'refused']).toContain(
            check({ ...MESSAGE, ...READING, ...EVENT, ...Object(json) }).kind,
          )
        }
      }),
    )
  })

  it('what passes comes back from JSON as it went', () => {
    const devices = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.double()))
    fc.assert(
      fc.property(devices, device => {
        const checked = checkReading({ ...READING, device })
        if (checked.kind === 'ok') expect(JSON.stringify(checked.value)).not.toMatch(/\\u0000|\\ud[89a-f]/)
      }),
    )
  })
})
