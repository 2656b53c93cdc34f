// Every captured frame goes through the running system: byte-exact ack or none, then a row, an event, or quarantine with its reason.
import { resolve } from 'node:path'
import { readStream } from '@deye-hard/solarman-v5'
import { loadVectors } from '@deye-hard/solarman-v5/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ManagedProcess } from './managed-process.ts'
import { System, until } from './system.ts'

const vectorFile = resolve(import.meta.dirname, '../../../../packages/solarman-v5/vectors/solarman-v5.json')
const DEYE_SERIAL = 2_948_306_684
/** Its data frame comes without registration. */
const UNKNOWN_SERIAL = 2_931_191_670
const HEARTBEAT = '0x4710'
/** What the captures of one frame each are; streams are looked at by the codes that they hold. */
const sent = loadVectors().filter(vector => vector.direction === 'logger>server')
const frames = sent.filter(({ expect }) => expect.valid && !Array.isArray(expect['codes']))
const serials = sent.flatMap(({ bytes }) =>
  readStream(bytes).flatMap(result => (result.kind === 'frame' ? [result.frame.loggerSerial] : [])),
)
const registered = [...new Set(serials)].filter(serial => serial !== UNKNOWN_SERIAL)
/** Masking left its old CRC behind, so its registers cannot be read. */
const MASKED_APART = 'modbus_rsp_double_crc'
const EVENT_TYPES: Record<string, string> = {
  '0x4110': 'hello',
  '0x4310': 'wifi_info',
  '0x4810': 'report',
  '0x1510': 'response',
  '0x0510': 'interim',
}

let system: System
let replies: { name: string; ack_hex: string | null; ok: boolean }[]

beforeAll(async () => {
  system = await System.start({ loggerSerials: registered })
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
  const reasons = await quarantined()
  const others = frames.filter(
    ({ expect }) => expect['code'] === '0x4210' && expect['logger_serial'] !== DEYE_SERIAL,
  )
  expect(others.length).toBeGreaterThan(5)
  for (const { name, hex, expect: expected } of others) {
    const reason = expected['logger_serial'] === UNKNOWN_SERIAL ? 'unknown_logger' : 'unsupported_sensor_list'
    expect([name, reasons.get(hex)]).toEqual([name, reason])
  }
})

test('hello, Wi-Fi, report and answer frames are events, one for each, without personal data', async () => {
  const rows = await system.query<EventRow>(
    'SELECT logger_serial, event_type, data, data::text AS text FROM logger_event',
  )
  const answersInStreams = sent.flatMap(({ expect }) =>
    ((expect['codes'] ?? []) as string[]).filter(code => code !== HEARTBEAT),
  )
  const events = frames.filter(({ expect }) => (expect['code'] as string) in EVENT_TYPES)
  expect(rows.length).toBe(events.length + answersInStreams.length)
  for (const { name, expect: expected } of events) {
    const clocks = { work_time_s: expected['work_time_s'], power_on_s: expected['power_on_s'] }
    const found = rows.filter(
      row =>
        Number(row.logger_serial) === expected['logger_serial'] &&
        row.event_type === EVENT_TYPES[expected['code'] as string] &&
        row.data['work_time_s'] === clocks.work_time_s &&
        row.data['power_on_s'] === clocks.power_on_s,
    )
    expect([name, found.length > 0]).toEqual([name, true])
    const { registers } = (expected['modbus'] ?? {}) as { registers?: number[] }
    if (registers && name !== MASKED_APART)
      expect(found.map(row => row.data['modbus'])).toContainEqual(expect.objectContaining({ registers }))
  }
  expect(rows.map(row => row.text).join()).not.toMatch(/site-wifi|192\.0\.2|ssid|\+ok/i)
})

test('each frame that was sent is a row, an event, in quarantine, or a heartbeat: nothing else happened to any', async () => {
  const status = await system.status()
  const byCode = status.counters['frames_received'] as Record<string, number>
  const codes = sent.flatMap(({ expect }) =>
    expect.valid ? ((expect['codes'] as string[] | undefined) ?? [expect['code'] as string]) : [],
  )
  for (const code of new Set(codes)) {
    expect([code, byCode[code]]).toEqual([code, codes.filter(one => one === code).length])
  }
  const heartbeats = codes.filter(code => code === HEARTBEAT).length
  const { ledger, events, counters } = status
  expect(ledger.received + events.received + heartbeats).toBe(codes.length)
  expect(counters).toMatchObject({ events_lost: 0, frames_lost: 0 })
  const [row] = await system.query<{ rows: number; events: number }>(
    'SELECT (SELECT count(*) FROM measurement)::int AS rows, (SELECT count(*) FROM logger_event)::int AS events',
  )
  const copies = ledger.duplicates
  expect(row!.rows + row!.events + (await quarantined()).size + heartbeats + copies).toBe(codes.length)
})

test('the ledger balances', async () => {
  await until(10_000, 'an idle shipper', async () => (await system.status()).batches_in_flight === 0)
  const { ledger } = await system.status()
  expect(ledger).toMatchObject({ stored: 1, waiting: 0, unaccounted: 0 })
  expect(ledger.quarantined).toBeGreaterThan(0)
})

interface EventRow {
  logger_serial: string
  event_type: string
  data: Record<string, unknown>
  text: string
}

/** Reasons by the bytes of the frame. */
async function quarantined(): Promise<Map<string, string>> {
  const entries = await system.store.quarantine.list({ limit: 100 })
  return new Map(entries.map(entry => [entry.frame.toString('hex'), entry.reason]))
}
