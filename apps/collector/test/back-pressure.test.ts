// Too much at the disk: reading pauses, for one connection or for all, and goes on; nobody else notices.
import { buildDeyeMicroData, buildHeartbeat, vector } from '@deye-hard/solarman-v5/testing'
import { describe, expect, it } from 'vitest'
import type { Spool } from '../src/spool/spool.ts'
import { gate } from './gated-spool.ts'
import { startIntake, until } from './harness.ts'

const SERIAL = 2_700_000_001
const heartbeat = buildHeartbeat({ loggerSerial: SERIAL })
const data = (recordCounter: number) =>
  buildDeyeMicroData({
    loggerSerial: SERIAL,
    workTimeS: 1_000,
    powerOnS: 500,
    offsetS: 1_700_000_000,
    recordCounter,
    inverterSerial: '2300000001',
  })

describe('back-pressure', () => {
  it('pauses a flood of events like one of data', async () => {
    const disk = gate()
    const test = await startIntake({ wrapSpool: disk.wrap, env: { UNACKED_FRAMES_MAX: '10' } })
    const flood = await test.logger()
    flood.send(Buffer.concat(new Array<Buffer>(50).fill(vector('modbus_rsp_ps19').bytes)))
    await until(() => test.intake.parts.counters.reading_paused.unacked_frames === 1)
    disk.open()
    expect((await flood.exchange(heartbeat))[4]).toBe(0x17)
  })

  it('pauses a connection with too many frames at the disk, and only that one', async () => {
    const disk = gate()
    const test = await startIntake({ wrapSpool: disk.wrap, env: { UNACKED_FRAMES_MAX: '10' } })
    const flood = await test.logger()
    for (let burst = 0; burst < 20; burst += 1) {
      flood.send(Buffer.concat(Array.from({ length: 5 }, (_, index) => data(burst * 5 + index))))
      await new Promise(setImmediate)
    }
    await until(() => test.intake.parts.counters.reading_paused.unacked_frames === 1)
    const good = await test.logger()
    expect((await good.exchange(heartbeat))[4]).toBe(0x17)
    for (let minute = 0; minute < 10; minute += 1) {
      test.pass(60_000)
      await good.exchange(heartbeat)
    }
    expect(flood.isClosed).toBe(false)
    disk.open()
    expect((await flood.take(100 * 23)).length).toBe(2_300)
  })

  it('pauses reading while too much waits for the disk in all, sheds beyond twice that, and goes on', async () => {
    let pendingBytes = 0
    const disk = gate()
    const wrapSpool = (spool: Spool) => {
      spool.pendingBytes = () => pendingBytes
      return disk.wrap(spool)
    }
    const test = await startIntake({ wrapSpool, env: { SPOOL_PENDING_MAX: '1KiB' } })
    const { counters } = test.intake.parts
    const connection = await test.logger()
    const shed = await test.logger()
    await shed.exchange(heartbeat)
    pendingBytes = 1_500
    connection.send(data(1))
    await until(() => counters.reading_paused.spool_pending === 1)
    const refused = await test.logger()
    await refused.closed()
    expect(counters.connections_refused.spool_pending).toBe(1)
    pendingBytes = 2_500
    shed.send(data(2))
    await until(() => counters.frames_unacked.spool_pending === 1)
    connection.send(data(3))
    pendingBytes = 100
    disk.open()
    expect((await connection.take(46)).length).toBe(46)
    expect((await shed.exchange(data(4)))[4]).toBe(0x12)
  })
})
