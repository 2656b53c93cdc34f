// Who speaks on which connection: two sockets with one serial, one socket with two, loggers that wait to be asked.
import { buildAnswer, buildHeartbeat, vector } from '@deye-hard/solarman-v5/testing'
import { describe, expect, it } from 'vitest'
import { startIntake, until } from './harness.ts'

const SERIAL = 2_700_000_001
const OTHER = 2_700_000_002
const heartbeat = (loggerSerial: number, fields = {}) => buildHeartbeat({ loggerSerial, ...fields })

describe('identity', () => {
  it('reads both sockets of one serial and gives commands to the newest that is open', async () => {
    const { logger, intake, lines } = await startIntake()
    const { sessions, counters } = intake.parts
    const first = await logger()
    await first.exchange(heartbeat(SERIAL))
    const older = sessions.newest(SERIAL)
    const second = await logger()
    await second.exchange(heartbeat(SERIAL))
    expect(sessions.newest(SERIAL)).not.toBe(older)
    expect(counters.sessions_doubled).toBe(1)
    expect((await first.exchange(heartbeat(SERIAL))).length).toBe(23)
    expect((await second.exchange(heartbeat(SERIAL))).length).toBe(23)
    expect(
      lines.filter(({ message }) => message === 'second connection with the same logger serial'),
    ).toHaveLength(1)
    second.socket.destroy()
    await until(() => sessions.newest(SERIAL) === older, 'the older socket to be the newest again')
    first.socket.destroy()
    await until(() => sessions.newest(SERIAL) === null && sessions.size === 0)
  })

  it('follows a serial that changes on a socket, warns and counts it', async () => {
    const { logger, intake, lines } = await startIntake()
    const { sessions, counters } = intake.parts
    const proxy = await logger()
    expect((await proxy.exchange(heartbeat(SERIAL))).readUInt32LE(7)).toBe(SERIAL)
    expect((await proxy.exchange(heartbeat(OTHER))).readUInt32LE(7)).toBe(OTHER)
    expect(sessions.newest(SERIAL)).toBeNull()
    expect(sessions.newest(OTHER)).not.toBeNull()
    expect(counters.serials_changed).toBe(1)
    expect(lines.find(({ message }) => message === 'logger serial changed on a connection')).toMatchObject({
      level: 'warn',
      previous_serial: SERIAL,
      logger_serial: OTHER,
      remote_addr: '127.0.0.1',
    })
  })
})

describe('a mute logger in TCP-client mode', () => {
  const answer = buildAnswer({
    loggerSerial: SERIAL,
    workTimeS: 1,
    powerOnS: 1,
    offsetS: 0,
    body: [1, 3, 2, 0, 0, 0xb8, 0x44],
  })

  it('is asked once for its serial, byte-exact, and bound by its answer', async () => {
    const { logger, intake, pass } = await startIntake()
    const mute = await logger()
    await until(() => intake.activeConnections === 1)
    pass(19_000)
    expect(mute.received.length).toBe(0)
    pass(3_000)
    const probe = vector('modbus_req_serial_zero_probe').bytes
    expect((await mute.take(probe.length)).toString('hex')).toBe(probe.toString('hex'))
    mute.send(answer)
    await until(() => intake.parts.sessions.newest(SERIAL) !== null)
    expect(intake.parts.counters).toMatchObject({ probes_sent: 1, probes_answered: 1 })
    for (let minute = 0; minute < 5; minute += 1) pass(60_000)
    expect(mute.received.length).toBe(0)
    expect(mute.isClosed).toBe(false)
    mute.send(answer)
    await until(() => intake.parts.counters.frames_received[0x15] === 2)
    expect(intake.parts.counters.probes_answered).toBe(1)
  })

  it('is closed when it does not answer, and a logger that spoke is never asked', async () => {
    const { logger, intake, pass } = await startIntake()
    const mute = await logger()
    const talking = await logger()
    await talking.exchange(heartbeat(OTHER))
    await until(() => intake.activeConnections === 2)
    for (let passed = 0; passed < 62_000; passed += 1_000) pass(1_000)
    await mute.closed()
    expect(intake.parts.counters.probes_sent).toBe(1)
    expect(intake.parts.counters.connections_closed.first_frame_timeout).toBe(1)
    expect(talking.received.length).toBe(0)
  })
})

describe('acceptance of acks', () => {
  it('is seen in byte 5 of the next frame', async () => {
    const { logger, intake } = await startIntake()
    const connection = await logger()
    const first = await connection.exchange(heartbeat(SERIAL, { seqServer: 9, seqLogger: 1 }))
    expect([first[5], first[6]]).toEqual([10, 1])
    await connection.exchange(heartbeat(SERIAL, { seqServer: 10, seqLogger: 2 }))
    await connection.exchange(heartbeat(SERIAL, { seqServer: 10, seqLogger: 3 }))
    expect(intake.parts.counters).toMatchObject({ acks_sent: 3, acks_accepted: 1, acks_not_accepted: 1 })
  })

  it('is denied by three copies of one record', async () => {
    const { logger, intake } = await startIntake()
    const connection = await logger()
    for (const copy of ['try1', 'try2', 'try3']) {
      const name = copy === 'try1' ? 'data_solis_live_try1' : `data_solis_live_${copy}`
      await connection.exchange(vector(name).bytes)
    }
    expect(intake.parts.counters.frames_retried).toBe(2)
    await connection.exchange(vector('data_solis_buffered_offset_ok').bytes)
    expect(intake.parts.counters.frames_retried).toBe(2)
  })
})

it('lets a logger that ended its side have its last ack', async () => {
  const { logger, intake } = await startIntake()
  const connection = await logger()
  connection.socket.end(vector('data_deye_micro_m80g3_live').bytes)
  expect((await connection.take(23))[4]).toBe(0x12)
  await connection.closed()
  await until(() => intake.parts.counters.connections_closed.peer === 1)
})
