// Acked means kept: what goes to the disk, what is acked without it, and what stays unacked.
import {
  buildDeyeMicroData,
  buildFrame,
  buildHeartbeat,
  buildHello,
  vector,
} from '@deye-hard/solarman-v5/testing'
import { describe, expect, it } from 'vitest'
import { snapshotCounters } from '../src/counters.ts'
import type { AppendOutcome, Spool } from '../src/spool/spool.ts'
import { gate } from './gated-spool.ts'
import { startIntake, until } from './harness.ts'

const SERIAL = 2_700_000_001
const heartbeat = buildHeartbeat({ loggerSerial: SERIAL })
const data = (recordCounter: number, loggerSerial = SERIAL) =>
  buildDeyeMicroData({
    loggerSerial,
    workTimeS: 1_000,
    powerOnS: 500,
    offsetS: 1_700_000_000,
    recordCounter,
    inverterSerial: '2300000001',
  })

describe('what is kept', () => {
  it('acks data only after it is durable, and the rest at once', async () => {
    const disk = gate()
    const { logger, appended } = await startIntake({ wrapSpool: disk.wrap })
    const connection = await logger()
    connection.send(data(1))
    await until(() => disk.held() === 1)
    for (const name of ['hello_solis_99', 'wifi_tsun', 'report_solis_session_full', 'heartbeat_solis']) {
      const ack = await connection.exchange(vector(name).bytes)
      expect(ack[4], name).toBe(vector(name).bytes[4]! - 0x30)
    }
    expect(appended.map(({ messageClass }) => messageClass)).toEqual(['message', 'event', 'event', 'event'])
    expect(connection.received.length).toBe(0)
    disk.open()
    expect((await connection.take(23))[4]).toBe(0x12)
  })

  it('keeps data without a readable head and codes that nobody knows, and acks both', async () => {
    const { logger, appended, spool } = await startIntake()
    const connection = await logger()
    const short = buildFrame({ code: 0x42, loggerSerial: SERIAL, payload: [1, 2] })
    const unknown = buildFrame({ code: 0x44, loggerSerial: SERIAL, payload: [7, 8, 9] })
    expect((await connection.exchange(short))[4]).toBe(0x12)
    expect((await connection.exchange(unknown))[4]).toBe(0x14)
    expect(appended.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).toEqual([
      short.toString('hex'),
      unknown.toString('hex'),
    ])
    expect(spool.status().ledger.received).toBe(2)
  })

  it('keeps for quarantine, without an ack, what only servers send and codes outside the known ranges', async () => {
    const { logger, appended, intake, spool } = await startIntake()
    const connection = await logger()
    const unknown = buildFrame({ code: 0x51, loggerSerial: SERIAL, payload: [1, 2] })
    const frames = [vector('hello_ack_solis').bytes, vector('modbus_req_ps19').bytes, unknown]
    for (const frame of frames) connection.send(frame)
    expect((await connection.exchange(heartbeat))[4]).toBe(0x17)
    await until(() => spool.status().ledger.received === frames.length)
    expect(connection.received.length).toBe(0)
    expect(appended.map(({ messageClass }) => messageClass)).toEqual(frames.map(() => 'message'))
    expect(appended.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).toEqual(
      frames.map(frame => frame.toString('hex')),
    )
    expect(intake.parts.counters).toMatchObject({ frames_unexpected: 3, frames_lost: 0, acks_sent: 1 })
  })

  it('keeps answers as events, without an ack', async () => {
    const { logger, appended, spool } = await startIntake()
    const connection = await logger()
    connection.send(vector('modbus_rsp_ps19').bytes)
    connection.send(
      buildFrame({ code: 0x05, loggerSerial: SERIAL, payload: [8, 1, ...new Array(12).fill(0)] }),
    )
    expect((await connection.exchange(heartbeat))[4]).toBe(0x17)
    await until(() => spool.status().events.received === 2)
    expect(appended.map(({ messageClass }) => messageClass)).toEqual(['event', 'event'])
    expect(spool.status().ledger.received).toBe(0)
    expect(connection.received.length).toBe(0)
  })

  it('counts frames without an ack that find no room', async () => {
    const wrapSpool = (spool: Spool) => {
      spool.append = (_entry, done) => done('spool_full')
      return spool
    }
    const { logger, intake } = await startIntake({ wrapSpool })
    const connection = await logger()
    connection.send(buildFrame({ code: 0x51, loggerSerial: SERIAL, payload: [1] }))
    connection.send(vector('modbus_rsp_ps19').bytes)
    expect((await connection.exchange(heartbeat))[4]).toBe(0x17)
    expect(intake.parts.counters).toMatchObject({ frames_lost: 1, events_lost: 1 })
  })
})

it('counts frames by their code, and codes of strangers together', async () => {
  const { logger, intake } = await startIntake()
  const connection = await logger()
  for (const code of [0x51, 0x4a, 0x99]) {
    connection.send(buildFrame({ code, loggerSerial: SERIAL, payload: [1] }))
  }
  connection.send(vector('modbus_rsp_ps19').bytes)
  for (let round = 0; round < 2; round += 1) connection.send(data(round))
  connection.send(heartbeat)
  await connection.take(4 * 23)
  expect(snapshotCounters(intake.parts.counters)['frames_received']).toEqual({
    '0x4110': 0,
    '0x4210': 2,
    '0x4310': 0,
    '0x4710': 1,
    '0x4810': 0,
    '0x1510': 1,
    '0x0510': 0,
    other: 3,
  })
})

it('writes nothing of SSID, MAC, address or payload into its log', async () => {
  const { logger, lines } = await startIntake({ knownLoggers: { isKnown: serial => serial !== 666 } })
  const connection = await logger()
  const secret = 'HOME-WIFI'
  const site = {
    ssid: secret,
    localIp: '192.168.7.9',
    mac: [0xde, 0xad, 0xbe, 0xef, 0, 1],
    payloadBytes: 212,
  }
  const hello = { workTimeS: 10, powerOnS: 7, ...site }
  await connection.exchange(buildHello({ loggerSerial: SERIAL, ...hello }))
  await connection.exchange(buildHello({ loggerSerial: 666, ...hello }))
  await connection.exchange(vector('wifi_tsun').bytes)
  connection.send(buildFrame({ code: 0x51, loggerSerial: SERIAL, payload: Buffer.from(secret) }))
  connection.send(Buffer.from(`AT+WSSSID=${secret}\r\n`))
  await connection.exchange(heartbeat)
  expect(lines.length).toBeGreaterThan(5)
  const text = JSON.stringify(lines)
  expect(text).not.toMatch(/HOME-WIFI|192\.168|deadbeef|de:ad|site-wifi/i)
  for (const form of ['hex', 'base64'] as const) {
    expect(text).not.toContain(Buffer.from(secret).toString(form).slice(0, 10))
  }
})

describe('unknown loggers', () => {
  const knownLoggers = { isKnown: (serial: number) => serial !== 666 }

  it('have their data kept and acked, up to a limit', async () => {
    const { logger, intake, appended } = await startIntake({
      knownLoggers,
      env: { SPOOL_MAX_UNKNOWN_MESSAGES: '2' },
    })
    const stranger = await logger()
    await stranger.exchange(data(1, 666))
    await stranger.exchange(data(2, 666))
    stranger.send(data(3, 666))
    // The limit is one for all that strangers send, also where no ack is asked for.
    stranger.send(buildFrame({ code: 0x51, loggerSerial: 666, payload: [1] }))
    expect((await stranger.exchange(buildHeartbeat({ loggerSerial: 666 })))[4]).toBe(0x17)
    expect(intake.parts.counters.frames_unacked.unknown_logger_limit).toBe(1)
    expect(intake.parts.counters.frames_lost).toBe(1)
    expect(appended.map(entry => entry.unknownLogger)).toEqual([true, true])
    const known = await logger()
    expect((await known.exchange(data(1)))[4]).toBe(0x12)
    expect(appended.at(-1)!.unknownLogger).toBe(false)
  })

  it('may be ignored: heartbeat and hello are acked, data is not', async () => {
    const { logger, intake, appended } = await startIntake({
      knownLoggers,
      env: { UNKNOWN_LOGGER_DATA: 'ignore' },
    })
    const stranger = await logger()
    stranger.send(data(1, 666))
    expect((await stranger.exchange(buildHeartbeat({ loggerSerial: 666 })))[4]).toBe(0x17)
    expect(intake.parts.counters.frames_unacked.unknown_logger).toBe(1)
    expect(appended).toEqual([])
  })

  it('are taken for known until the list was read', async () => {
    const { logger, appended } = await startIntake({ knownLoggers: { isKnown: () => 'unloaded' } })
    await (await logger()).exchange(data(1))
    expect(appended[0]!.unknownLogger).toBe(false)
  })
})

describe('without room', () => {
  it('a full spool acks no data, refuses new connections, keeps the old, and recovers by itself', async () => {
    const test = await startIntake({ spoolMaxBytes: 1_048_576 })
    const connection = await test.logger()
    const { counters } = test.intake.parts
    let sent = 0
    const sendAll = async (count: number) => {
      connection.send(Buffer.concat(Array.from({ length: count }, () => data(sent++))))
      await until(
        () => counters.acks_sent + counters.frames_unacked.spool_full === sent,
        'every frame to be settled',
      )
    }
    while (counters.frames_unacked.spool_full === 0) await sendAll(50)
    connection.send(heartbeat)
    await until(
      () => counters.acks_sent + counters.frames_unacked.spool_full === sent + 1,
      'the ack of a heartbeat',
    )
    sent += 1
    const { received } = test.spool.status().ledger
    expect(received).toBeGreaterThan(100)
    expect(test.lines.find(({ reason }) => reason === 'spool_full')).toMatchObject({
      level: 'warn',
      control_code: '0x4210',
    })

    test.pass(1_000)
    const refused = await test.logger()
    await refused.closed()
    expect(counters.connections_refused.spool_full).toBe(1)
    expect(connection.isClosed).toBe(false)

    const groups = test.spool.readGroups({
      fromSeq: 0,
      beforeSeq: test.spool.nextSeq(),
      maxMessages: 1_000,
      maxBytes: 2 ** 20,
      skip: () => false,
      sizeOf: valueBytes => valueBytes,
    })
    await test.spool.change({ removeGroups: groups })
    test.pass(1_000)
    const acked = counters.acks_sent
    await sendAll(1)
    expect(counters.acks_sent).toBe(acked + 1)
    const welcome = await test.logger()
    expect((await welcome.exchange(data(1)))[4]).toBe(0x12)
  })

  it('a failing disk acks nothing, counts it, and keeps the connection', async () => {
    let outcome: AppendOutcome | null = 'disk_error'
    const wrapSpool = (spool: Spool) => {
      const append = spool.append.bind(spool)
      spool.append = (entry, done) => (outcome === null ? append(entry, done) : done(outcome))
      return spool
    }
    const { logger, intake } = await startIntake({ wrapSpool })
    const connection = await logger()
    connection.send(data(1))
    expect((await connection.exchange(heartbeat))[4]).toBe(0x17)
    expect((await connection.exchange(vector('hello_solis_99').bytes))[4]).toBe(0x11)
    expect(intake.parts.counters).toMatchObject({ frames_unacked: { disk_error: 1 }, events_lost: 1 })
    outcome = null
    expect((await connection.exchange(data(1)))[4]).toBe(0x12)
  })
})

it('a bug in a handler costs one connection, is logged and counted, and the others go on', async () => {
  const wrapSpool = (spool: Spool) => {
    spool.append = () => {
      throw new TypeError('a bug')
    }
    return spool
  }
  const { logger, intake, lines } = await startIntake({ wrapSpool })
  const unlucky = await logger()
  const good = await logger()
  unlucky.send(data(1))
  await unlucky.closed()
  expect((await good.exchange(heartbeat))[4]).toBe(0x17)
  expect(intake.parts.counters.connections_closed.handler_error).toBe(1)
  expect(lines.find(({ message }) => message === 'handling a frame failed')).toMatchObject({
    level: 'error',
    logger_serial: SERIAL,
    control_code: '0x4210',
    error: { message: 'a bug' },
  })
})
