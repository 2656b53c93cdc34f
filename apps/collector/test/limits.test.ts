// What strangers and broken loggers send: bounded, counted by reason, and a good logger beside them is acked all the while.
import { buildFrame, buildHeartbeat, vector } from '@deye-hard/solarman-v5/testing'
import { describe, expect, it } from 'vitest'
import { LOOP_SAMPLE_INTERVAL_MS } from '../src/overload.ts'
import { startIntake, type TestIntake, type TestLogger, until } from './harness.ts'

const SERIAL = 2_700_000_001
const heartbeat = buildHeartbeat({ loggerSerial: SERIAL })
const KIB = 1_024

/** Runs an attack and has a good logger acked before, in the middle and after it. */
async function withGoodLogger(test: TestIntake, attack: (acked: () => Promise<void>) => Promise<void>) {
  const good = await test.logger()
  const acked = async () => {
    const ack = await good.exchange(buildHeartbeat({ loggerSerial: SERIAL + 1 }))
    expect(ack.length).toBe(23)
  }
  await acked()
  await attack(acked)
  await acked()
  expect(good.isClosed).toBe(false)
}

const counters = (test: TestIntake) => test.intake.parts.counters

describe('deadlines', () => {
  it('closes a connection that sends no valid frame in time', async () => {
    const test = await startIntake()
    await withGoodLogger(test, async acked => {
      const silent = await test.logger()
      const trickling = await test.logger()
      await until(() => test.intake.activeConnections === 3)
      for (let passed = 0; passed < 60_000; passed += 5_000) {
        trickling.send(Buffer.from([0x41]))
        test.pass(5_000)
        await acked()
      }
      test.pass(2_000)
      await silent.closed()
      await trickling.closed()
      expect(counters(test).connections_closed.first_frame_timeout).toBe(2)
      expect(counters(test).garbage_bytes).toBeGreaterThan(0)
    })
  })

  it('closes a connection on which no valid frame came for three heartbeats, and no sooner', async () => {
    const test = await startIntake()
    const logger = await test.logger()
    for (let round = 0; round < 5; round += 1) {
      await logger.exchange(heartbeat)
      test.pass(350_000)
    }
    expect(logger.isClosed).toBe(false)
    test.pass(12_000)
    await logger.closed()
    expect(counters(test).connections_closed.idle).toBe(1)
  })

  it('lets no slow-loris keep a connection by single bytes of a frame that never ends', async () => {
    const test = await startIntake()
    const loris = await test.logger()
    await loris.exchange(heartbeat)
    loris.socket.setNoDelay(true)
    const promised = Buffer.alloc(4_000)
    promised.set([0xa5, 0x00, 0x0f, 0x10, 0x42])
    for (let sent = 0; !loris.isClosed; sent += 1) {
      loris.send(promised.subarray(sent, sent + 1))
      test.pass(5_000)
      await new Promise(setImmediate)
      expect(sent).toBeLessThan(200)
    }
    expect(counters(test).connections_closed.idle).toBe(1)
    expect(counters(test).frames_unfinished).toBeGreaterThan(0)
  })

  it('finds the frames behind a false start once its time is over', async () => {
    const test = await startIntake()
    const logger = await test.logger()
    const falseStart = Buffer.from([0xa5, 0x00, 0x04, 0x10, 0x42])
    logger.send(Buffer.concat([falseStart, heartbeat, heartbeat]))
    logger.send(heartbeat)
    await until(() => logger.socket.bytesWritten === 47 && test.intake.activeConnections === 1)
    await new Promise(setImmediate)
    test.pass(29_000)
    expect(logger.received.length).toBe(0)
    for (let second = 0; second < 5; second += 1) test.pass(1_000)
    expect((await logger.take(3 * 23)).length).toBe(69)
    expect(counters(test).frames_unfinished).toBe(1)
  })

  it('gives each waiting frame its own time', async () => {
    const test = await startIntake()
    const logger = await test.logger()
    logger.send(heartbeat.subarray(0, 6))
    for (let frame = 0; frame < 4; frame += 1) {
      test.pass(20_000)
      logger.send(Buffer.concat([heartbeat.subarray(6), heartbeat.subarray(0, 6)]))
      await logger.take(23)
    }
    expect(counters(test).frames_unfinished).toBe(0)
  })
})

describe('garbage', () => {
  const rows: [string, Buffer][] = [
    ['1 MB of zeros', Buffer.alloc(1_024 * KIB)],
    ['1 MB of start bytes', Buffer.alloc(1_024 * KIB, 0xa5)],
    ['1 MB of plausible starts', repeated(Buffer.from([0xa5, 0x00, 0x10, 0x10, 0x42]), 200_000)],
    [
      'a length of 65,535',
      Buffer.concat([Buffer.from([0xa5, 0xff, 0xff, 0x10, 0x42]), Buffer.alloc(70_000)]),
    ],
    [
      'the first half of a length of 4 GB',
      Buffer.concat([Buffer.from([0xa5, 0xff, 0xff, 0xff, 0xff]), Buffer.alloc(70_000, 1)]),
    ],
    [
      'a well-formed frame of 65,536 bytes',
      buildFrame({ code: 0x42, loggerSerial: SERIAL, payload: Buffer.alloc(65_523) }),
    ],
  ]

  it.each(rows)('%s closes its connection with bounded memory', async (_name, bytes) => {
    const test = await startIntake()
    await withGoodLogger(test, async acked => {
      const attacker = await test.logger()
      attacker.send(bytes)
      await acked()
      await attacker.closed()
      expect(counters(test).connections_closed.garbage_limit).toBe(1)
      expect(counters(test).garbage_bytes).toBeGreaterThan(8 * KIB)
      // What one read of the socket brings may lie beyond the limit, not more.
      expect(counters(test).garbage_bytes).toBeLessThanOrEqual(8 * KIB + 64 * KIB)
      expect(test.appended).toEqual([])
    })
  })

  it('below the limit only costs its bytes', async () => {
    const test = await startIntake()
    const logger = await test.logger()
    for (let round = 0; round < 5; round += 1) {
      logger.send(Buffer.alloc(7 * KIB))
      await logger.exchange(heartbeat)
    }
    expect(counters(test).frames_malformed.garbage).toBe(5)
    expect(counters(test).garbage_bytes).toBe(5 * 7 * KIB)
  })

  it.each(['tls_client_hello', 'v4_frame'] as const)(
    '%s is named, logged once per address, and closed',
    async reason => {
      const test = await startIntake()
      const bytes =
        reason === 'v4_frame' ? Buffer.from([0x68, 1, 2, 3]) : vector('tls_client_hello_prefix').bytes
      for (let round = 0; round < 3; round += 1) {
        const stranger = await test.logger()
        stranger.send(bytes)
        await stranger.closed()
      }
      await until(() => counters(test).connections_closed[reason] === 3)
      expect(counters(test).frames_malformed[reason]).toBe(3)
      expect(
        test.lines.filter(line => line['reason'] === reason && line['message'] !== 'connection closed'),
      ).toHaveLength(1)
    },
  )
})

describe('connections', () => {
  it('bounds those of one address, refuses the rest at once, and gives places back', async () => {
    const test = await startIntake({ env: { CONNECTIONS_PER_ADDRESS_MAX: '50' } })
    const good = await test.logger({ localAddress: '127.0.0.2' })
    let refused = 0
    let kept: TestLogger[] = []
    for (let round = 0; round < 100; round += 1) {
      kept = kept.concat(await Promise.all(Array.from({ length: 100 }, () => test.logger())))
      expect((await good.exchange(heartbeat)).length).toBe(23)
      await until(
        () => kept.filter(one => one.isClosed).length === kept.length - 50,
        'the rest to be refused',
      )
      refused += kept.length - 50
      kept = kept.filter(one => !one.isClosed)
      expect(test.intake.activeConnections).toBe(51)
    }
    expect(refused).toBe(9_950)
    expect(counters(test).connections_refused.connections_per_address_max).toBe(9_950)
    expect(test.lines.filter(line => line['message'] === 'connection refused').length).toBe(20)
    kept[0]!.socket.destroy()
    await until(() => test.intake.activeConnections === 50)
    const next = await test.logger()
    expect((await next.exchange(heartbeat)).length).toBe(23)
  })

  it('bounds those in all', async () => {
    const test = await startIntake({ env: { CONNECTIONS_MAX: '3' } })
    const kept = await Promise.all([test.logger(), test.logger(), test.logger()])
    const refused = await test.logger()
    await refused.closed()
    expect(counters(test).connections_refused.connections_max).toBe(1)
    expect((await kept[1]!.exchange(heartbeat)).length).toBe(23)
  })

  it('refuses new ones while the event loop lags, and keeps the old ones', async () => {
    const test = await startIntake({ env: { EVENT_LOOP_DELAY_MAX: '100ms' } })
    const old = await test.logger()
    await old.exchange(heartbeat)
    test.clock.fire(LOOP_SAMPLE_INTERVAL_MS, 150)
    test.intake.sweep()
    const refused = await test.logger()
    await refused.closed()
    expect(counters(test).connections_refused.event_loop_delay).toBe(1)
    expect((await old.exchange(heartbeat)).length).toBe(23)
    test.clock.fire(LOOP_SAMPLE_INTERVAL_MS)
    test.intake.sweep()
    const later = await test.logger()
    expect((await later.exchange(heartbeat)).length).toBe(23)
  })
})

it('closes a connection whose peer never reads its acks', async () => {
  const test = await startIntake()
  await withGoodLogger(test, async acked => {
    const slow = await test.logger()
    slow.socket.pause()
    const burst = repeated(heartbeat, 4_000)
    for (let sent = 0; counters(test).connections_closed.slow_reader === 0; sent += 1) {
      slow.send(burst)
      await acked()
      expect(sent).toBeLessThan(500)
    }
    expect(test.intake.activeConnections).toBe(1)
  })
})

it('writes so many log lines of a kind in a minute and counts the rest', async () => {
  const env = { LOG_WARNINGS_PER_MINUTE: '5', LOG_INFOS_PER_MINUTE: '7', LOG_LEVEL: 'debug' }
  const test = await startIntake({ env })
  const logger = await test.logger()
  for (let round = 0; round < 30; round += 1) {
    logger.send(Buffer.from('AT\r\n'))
    await logger.exchange(heartbeat)
  }
  const count = (message: string) => test.lines.filter(line => line['message'] === message).length
  expect(count('malformed bytes')).toBe(5)
  expect(count('frame received')).toBe(7)
  expect(count('frame acknowledged')).toBe(7)
  expect(counters(test).frames_malformed.garbage).toBe(30)
  test.pass(61_000)
  logger.send(Buffer.from('AT\r\n'))
  await logger.exchange(heartbeat)
  expect(count('malformed bytes')).toBe(6)
  const leftOut = test.lines.filter(line => line['message'] === 'log lines left out in the last minute')
  expect(leftOut).toEqual([
    expect.objectContaining({
      suppressed: { 'malformed bytes': 25, 'frame received': 23, 'frame acknowledged': 23 },
    }),
  ])
})

function repeated(bytes: Buffer, count: number): Buffer {
  return Buffer.concat(new Array<Buffer>(count).fill(bytes))
}
