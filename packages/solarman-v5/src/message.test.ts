// Messages that the captures at hand do not show: built byte by byte from the reference, and payloads of every length and fault.
import { describe, expect, it } from 'vitest'
import { describeFrame } from './describe-frame.ts'
import { frameOf } from './frame.ts'
import { decodeMessage, type Message } from './message.ts'
import {
  buildAnswer,
  buildFrame,
  buildHello,
  buildReport,
  buildRequest,
  buildWifiInfo,
  loadVectors,
  sealFrame,
  u32le,
  vector,
} from './testing/index.ts'
import { UNDECODABLE_REASONS } from './undecodable.ts'

const address = { loggerSerial: 2_949_668_174 }
const clock = { workTimeS: 96_762, powerOnS: 192, offsetS: 1_615_466_464 }

describe('hello', () => {
  it('is read by what is present, at every length', () => {
    const whole = buildHello({ ...address, workTimeS: 9, powerOnS: 16, payloadBytes: 314, ssid: 'site' })
    const payload = whole.subarray(11, -2)
    for (let length = 0; length <= payload.length; length += 1) {
      const hello = decode(buildFrame({ ...address, code: 0x41, payload: payload.subarray(0, length) }))
      if (length < 13) expect(hello).toEqual({ type: 'undecodable', code: 0x41, reason: 'payload_too_short' })
      else expect(hello).toMatchObject({ type: 'hello', workTimeS: 9, heartbeatS: length > 15 ? 120 : null })
    }
  })

  it('of a battery unit has 314 bytes and may start with any server counter', () => {
    const frame = frameOf(
      buildHello({
        ...address,
        seqServer: 0x91,
        workTimeS: 9,
        powerOnS: 16,
        sensorListId: 0x3026,
        payloadBytes: 314,
      }),
    )
    expect(frame.bytes).toHaveLength(327)
    expect(describeFrame(frame)).toMatchObject({
      seq_server: 0x91,
      sensor_list_id: '0x3026',
      upload_interval_min: 5,
    })
  })

  it('lets no control character through', () => {
    const hello = decode(
      buildHello({ ...address, workTimeS: 9, powerOnS: 16, moduleVersion: 'MW3\u0001\n16U ' }),
    )
    expect(hello).toMatchObject({ moduleVersion: 'MW3??16U' })
  })

  it('keeps what belongs to the site apart', () => {
    const { site, ...rest } = decode(vector('hello_tsun_225').bytes) as Extract<Message, { type: 'hello' }>
    expect(site).toEqual({ mac: '02:00:00:00:00:04', localIp: '192.0.2.17', ssid: 'site-wifi' })
    expect(JSON.stringify(rest)).not.toMatch(/site-wifi|192\.0\.2|02:00/)
    expect(decode(vector('hello_solis_99').bytes)).toMatchObject({
      site: { ssid: null },
      systemVersion: null,
    })
  })
})

describe('data', () => {
  it('of unknown sensor lists keeps the body as it came', () => {
    const { bytes } = vector('data_solis_live_try1')
    const data = decode(bytes) as Extract<Message, { type: 'data' }>
    expect(data).toMatchObject({ sensorListId: 0x0507, buffered: false, recordCounter: 410, status: 1 })
    expect(data.body.equals(bytes.subarray(0x20, -2))).toBe(true)
  })

  it('of a battery unit (124 bytes) and of a TSUN replay (422 bytes) are read by their heads', () => {
    const head = (type: number, sensor: number[]) => [
      type,
      ...sensor,
      ...u32le(clock.workTimeS),
      ...u32le(7),
      ...u32le(0),
      1,
      0,
      ...u32le(3),
    ]
    const battery = frameOf(
      buildFrame({ ...address, code: 0x42, payload: [...head(1, [0x26, 0x30]), ...Buffer.alloc(90)] }),
    )
    expect(battery.bytes).toHaveLength(124)
    expect(describeFrame(battery)).toMatchObject({
      sensor_id: '0x3026',
      buffered: false,
      acquired_at_utc: null,
      record_counter: 3,
    })
    const replay = frameOf(
      buildFrame({ ...address, code: 0x42, payload: [...head(0x81, [0xb0, 0x02]), ...Buffer.alloc(388)] }),
    )
    expect(describeFrame(replay)).toMatchObject({ frame_type: 0x81, sensor_id: '0x02B0', buffered: true })
  })

  it('has the same body in all retries', () => {
    const bodies = ['data_solis_live_try1', 'data_solis_live_try2', 'data_solis_live_try3'].map(name => {
      return (decode(vector(name).bytes) as Extract<Message, { type: 'data' }>).body.toString('hex')
    })
    expect(new Set(bodies).size).toBe(1)
  })
})

describe('wifi info', () => {
  it('is read by what is present and keeps the SSID apart', () => {
    const payload = buildWifiInfo({
      ...address,
      ...clock,
      frameType: 0x01,
      eventBits: 0x50,
      ssid: 'häuschen',
    }).subarray(11, -2)
    for (let length = 0; length <= payload.length; length += 1) {
      const message = decode(buildFrame({ ...address, code: 0x43, payload: payload.subarray(0, length) }))
      expect(message.type).toBe(length < 15 ? 'undecodable' : 'wifi_info')
    }
    expect(decode(vector('wifi_solis_offset_ok').bytes)).toMatchObject({
      buffered: true,
      site: { ssid: 'site-wifi' },
    })
  })

  it('in the second form, known by name only, is undecodable', () => {
    expect(decode(buildFrame({ ...address, code: 0x43, payload: [4, ...Buffer.alloc(46)] }))).toMatchObject({
      reason: 'unknown_frame_type',
    })
  })
})

describe('report', () => {
  it('tells the last change of firmware', () => {
    const report = buildReport({
      ...address,
      ...clock,
      records: [{ kind: 'firmware', unixTimeS: 1_600_000_000, text: 'MW_08_0501_1.82' }],
    })
    expect(report).toHaveLength(73)
    expect(describeFrame(frameOf(report))).toMatchObject({
      tlv_count: 1,
      tlv_type: 5,
      tlv_length: 44,
      firmware_record: {
        unix_time: 1_600_000_000,
        time_utc: '2020-09-13T12:26:40Z',
        text: 'MW_08_0501_1.82',
      },
    })
  })

  it('may hold several records, unknown ones, and a length that does not fit', () => {
    const session = { kind: 'session', clock: { workTimeS: 1, powerOnS: 2, offsetS: 3 } } as const
    const raw = { kind: 'raw', type: 9, data: [1, 2, 3] } as const
    const cut = { kind: 'raw', type: 1, length: 200, data: [1, 2] } as const
    const message = decode(buildReport({ ...address, ...clock, records: [session, raw, cut] }))
    expect(message).toMatchObject({
      recordCount: 3,
      records: [
        { kind: 'session', clock: { workTimeS: 1, powerOnS: 2, offsetS: 3 } },
        { kind: 'unknown', recordType: 9, recordLength: 3 },
        { kind: 'unknown', recordType: 1, recordLength: 200 },
      ],
    })
    const described = describeFrame(frameOf(buildReport({ ...address, ...clock, records: [raw, session] })))
    expect(described).toMatchObject({
      tlv_type: 9,
      body_hex: '010203',
      records: [{ tlv_type: 9 }, { record_offset_s: 3 }],
    })
    expect(describeFrame(frameOf(buildReport({ ...address, ...clock, records: [] })))).toMatchObject({
      tlv_count: 0,
    })
  })
})

describe('a report with more bytes than records', () => {
  it('ends where its count says', () => {
    const record = { kind: 'raw', type: 9, data: [1] } as const
    const bytes = buildReport({ ...address, ...clock, records: [record, record] })
    bytes[24] = 1
    expect(decode(sealFrame(bytes))).toMatchObject({ recordCount: 1, records: [{ recordType: 9 }] })
    expect((decode(bytes) as Extract<Message, { type: 'report' }>).records).toHaveLength(1)
  })
})

describe('requests and answers', () => {
  it('carry AT text, interim AT text and battery-unit commands', () => {
    const text = Buffer.from('+ok=10,start download\r\n')
    const interim = buildAnswer({ ...address, ...clock, code: 0x05, frameType: 8, body: text })
    expect(interim).toHaveLength(13 + 0x25)
    expect(describeFrame(frameOf(interim))).toMatchObject({
      code: '0x0510',
      status: 1,
      at_response: '+ok=10,start download\r\n',
    })
    expect(decode(interim)).toMatchObject({ type: 'interim', content: 'at' })
    expect(
      describeFrame(frameOf(buildAnswer({ ...address, ...clock, frameType: 5, body: [1, 1] }))),
    ).toMatchObject({ body_hex: '0101' })
    expect(decode(vector('dcu_command_req').bytes)).toMatchObject({ content: 'battery_unit', word: 0x3026 })
  })

  it('of an unknown frame type or cut short are undecodable', () => {
    expect(decode(buildRequest({ ...address, frameType: 3, body: [] }))).toMatchObject({
      reason: 'unknown_frame_type',
    })
    expect(decode(buildAnswer({ ...address, ...clock, frameType: 3, body: [] }))).toMatchObject({
      reason: 'unknown_frame_type',
    })
    for (const code of [0x45, 0x15, 0x05]) {
      expect(decode(buildFrame({ ...address, code, payload: [2, 1, 0] }))).toMatchObject({
        reason: 'payload_too_short',
      })
    }
  })
})

describe('any payload', () => {
  it('of an unknown code is told as unknown', () => {
    expect(decode(buildFrame({ ...address, code: 0x51, payload: [] }))).toEqual({
      type: 'unknown',
      code: 0x51,
    })
  })

  it('changed in any byte or cut at any length never throws and gives only closed reasons', () => {
    let decoded = 0
    for (const { bytes, expect: expected } of loadVectors()) {
      if (!expected.length_total) continue
      for (let offset = 11; offset < bytes.length - 2; offset += 1) {
        for (const value of [0x00, 0x7f, 0x80, 0xff, bytes[offset]! ^ 0x01]) {
          const changed = Buffer.from(bytes)
          changed[offset] = value
          decoded += survive(sealFrame(changed))
        }
        decoded += survive(buildFrame({ ...address, code: bytes[4]!, payload: bytes.subarray(11, offset) }))
      }
    }
    expect(decoded).toBeGreaterThan(20_000)
  })

  it('under any control code never throws', () => {
    for (let code = 0; code < 256; code += 1) {
      for (const fill of [0x00, 0xff])
        survive(buildFrame({ ...address, code, payload: Buffer.alloc(code * 2, fill) }))
    }
  })
})

function decode(bytes: Buffer): Message {
  return decodeMessage(frameOf(bytes))
}

function survive(bytes: Buffer): number {
  const frame = frameOf(bytes)
  const message = decodeMessage(frame)
  if (message.type === 'undecodable') expect(UNDECODABLE_REASONS).toContain(message.reason)
  JSON.stringify(describeFrame(frame))
  return 1
}
