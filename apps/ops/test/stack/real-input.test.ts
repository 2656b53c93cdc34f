// Every captured frame goes through the running system: byte-exact ack or none, then a row, an event, or quarantine with its reason.
import { resolve } from 'node:path'
import { loadVectors } from '@deye-hard/solarman-v5/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ManagedProcess } from './managed-process.ts'
import { System, until } from './system.ts'

const vectorFile = resolve(import.meta.dirname, '../../../../packages/solarman-v5/vectors/solarman-v5.json')
const DEYE_SERIAL = 2_948_306_684
const SOLIS_SERIAL = 2_949_668_174
/** Its frames come without registration. */
const UNKNOWN_SERIAL = 2_955_423_347

let system: System
let replies: { name: string; ack_hex: string | null; ok: boolean }[]

beforeAll(async () => {
  system = await System.start({ loggerSerials: [DEYE_SERIAL, SOLIS_SERIAL] })
  const replay = new ManagedProcess('apps/simulator/src/main.ts', [
    'replay',
    vectorFile,
    '--host',
    '127.0.0.1',
    '--port',
    String(system.collectorPort),
  ])
  replay.spawn({})
  expect(await replay.exited(), replay.lines.join('\n')).toBe(0)
  replies = replay.lines.map(line => JSON.parse(line)).filter(line => 'ack_hex' in line)
  await system.drained(60_000)
})
afterAll(() => system?.stop())

test('every frame of a logger was sent, and each that wants an ack got it', () => {
  const sent = loadVectors().filter(vector => vector.direction === 'logger>server')
  expect(replies.map(reply => reply.name).sort()).toEqual(sent.map(vector => vector.name).sort())
  expect(replies.filter(reply => !reply.ok)).toEqual([])
  const acked = replies.filter(reply => reply.ack_hex !== null).map(reply => reply.name)
  expect(acked).toEqual(
    expect.arrayContaining([
      'hello_solis_99',
      'data_deye_micro_m80g3_live',
      'heartbeat_ps81',
      'wifi_tsun',
      'report_solis_session_full',
    ]),
  )
  expect(acked).not.toContain('modbus_rsp_ps19')
})

test('the Deye micro frame is a row with the values of the vector', async () => {
  const [row, ...others] = await system.query<Record<string, unknown>>('SELECT * FROM measurement')
  expect(others).toEqual([])
  expect(row).toMatchObject({
    // The capture is from 2024: a live frame whose clock is that far off is filed under the time of its receipt.
    logger_clock_at: new Date('2024-04-08T17:14:03Z'),
    time_quality: 'estimated',
    inverter_clock: new Date(2024, 3, 8, 17, 9, 1),
    buffered: false,
    energy_today_kwh: expect.closeTo(0.9, 5),
    energy_total_kwh: expect.closeTo(177.5, 5),
    grid_voltage_l1_v: expect.closeTo(232, 3),
    grid_frequency_hz: expect.closeTo(50.1, 3),
    ac_active_power_w: 4,
    radiator_temperature_c: expect.closeTo(27.7, 3),
    pv1_voltage_v: expect.closeTo(27.1, 3),
    pv2_energy_total_kwh: expect.closeTo(88.1, 3),
  })
})

test('other data frames are in quarantine with their bytes and the reason', async () => {
  const entries = await system.store.quarantine.list({ limit: 100 })
  const reasons = new Map(entries.map(entry => [entry.frame.toString('hex'), entry.reason]))
  for (const vector of loadVectors()) {
    if (vector.expect['code'] !== '0x4210' || vector.name.includes('deye')) continue
    const known = vector.expect['logger_serial'] === SOLIS_SERIAL
    expect([vector.name, reasons.get(vector.hex)]).toEqual([
      vector.name,
      known ? 'unsupported_sensor_list' : 'unknown_logger',
    ])
  }
})

test('hello, Wi-Fi and report frames of a registered logger are events without personal data', async () => {
  const rows = await system.query<{ event_type: string; text: string }>(
    'SELECT event_type, data::text AS text FROM logger_event ORDER BY event_type',
  )
  expect(new Set(rows.map(row => row.event_type))).toEqual(new Set(['hello', 'report', 'wifi_info']))
  expect(rows.map(row => row.text).join()).not.toMatch(/site-wifi|192\.0\.2/)
  const unknown = await system.query<{ count: string }>(
    `SELECT count(*) FROM logger_event WHERE logger_serial = ${UNKNOWN_SERIAL}`,
  )
  expect(Number(unknown[0]?.count)).toBe(0)
})

test('the ledger balances', async () => {
  await until(10_000, 'an idle shipper', async () => (await system.status()).batches_in_flight === 0)
  const { ledger } = await system.status()
  expect(ledger).toMatchObject({ stored: 1, waiting: 0, unaccounted: 0 })
  expect(ledger.quarantined).toBeGreaterThan(0)
})
