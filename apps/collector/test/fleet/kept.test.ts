// What is known of the loggers outlives a stop, and what is damaged on disk, or was never written, is unknown and nothing worse.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readKept } from '../../src/fleet/track-notes.ts'
import { openSpool, type Spool, type SpoolStatus } from '../../src/spool/spool.ts'
import { temporaryFolder } from '../harness.ts'
import {
  changes,
  type FleetHere,
  HOUR_MS,
  heartbeat,
  NOON_MS,
  registered,
  SERIAL,
  startFleet,
} from './fleet-here.ts'

const SERIALS = [SERIAL, SERIAL + 1, SERIAL + 2]
const MAX_BYTES = 64 * 2 ** 20
const list = SERIALS.map(serial => registered(serial))

/** All three have spoken once, and it was judged. */
async function afternoon(options: Parameters<typeof startFleet>[0] = {}): Promise<FleetHere> {
  const here = await startFleet(options)
  await here.register(list)
  for (const serial of SERIALS) await (await here.connect()).exchange(heartbeat(serial))
  await here.pass(1)
  return here
}

it('a restart in the night makes nobody missing or never seen', async () => {
  const here = await afternoon()
  await here.stop()
  const again = await startFleet({ folder: here.folder, nowMs: NOON_MS + 12 * HOUR_MS })
  await again.pass(3)
  expect(again.fleet.status()).toMatchObject({
    loggers: { asleep: 3, missing: 0, never_seen: 0 },
    tracks: { restored: 3, refused: 0 },
  })
  expect(changes(again)).toEqual([])
})

it('a short restart does not begin the hour of a missing logger anew', async () => {
  const here = await afternoon()
  await here.pass(50)
  expect(here.fleet.status().loggers.late).toBe(3)
  await here.stop()
  const again = await startFleet({ folder: here.folder, nowMs: here.clock.now + 60_000 })
  await again.pass(15)
  expect(again.fleet.status().loggers).toMatchObject({ missing: 3 })
})

it('what was kept is given once: a logger that is registered again after the start begins anew', async () => {
  const here = await afternoon()
  await here.stop()
  const again = await startFleet({ folder: here.folder, nowMs: NOON_MS + 12 * HOUR_MS })
  await again.register(list.slice(1))
  await again.pass(1)
  await again.register(list)
  await again.pass(1)
  expect(again.fleet.status().loggers).toMatchObject({ asleep: 2, never_seen: 1 })
})

it('they are saved while it runs, not more often than FLEET_SAVE_INTERVAL', async () => {
  const here = await afternoon({ env: { FLEET_SAVE_INTERVAL: '10m' } })
  const saves = () => here.fleet.status().tracks.saves.saved
  await here.pass(8)
  expect(readKept(here.spool).tracks.size).toBe(0)
  await here.pass(1)
  await expect.poll(saves).toBe(1)
  expect([...readKept(here.spool).tracks.keys()].sort()).toEqual(SERIALS)
  await here.pass(9)
  expect(saves()).toBe(1)
  await here.pass(1)
  await expect.poll(saves).toBe(2)
})

it('only what has changed is written', async () => {
  const written: string[] = []
  const here = await afternoon({ wrapSpool: spool => watched(spool, name => written.push(name)) })
  await here.pass(5)
  await expect.poll(() => here.fleet.status().tracks.saves.saved).toBe(1)
  expect(written.filter(name => name !== 'registry')).toHaveLength(SERIALS.length + 1)
  written.length = 0
  await (await here.connect()).exchange(heartbeat(SERIAL))
  await here.pass(5)
  await expect.poll(() => here.fleet.status().tracks.saves.saved).toBe(2)
  expect(written).toEqual([`fleet:${SERIAL % 256}`, 'fleet:watch'])
})

it('a logger that is registered no more leaves the disk', async () => {
  const here = await afternoon()
  await here.pass(5)
  await expect.poll(() => readKept(here.spool).tracks.size).toBe(3)
  await here.register(list.slice(1))
  await here.pass(5)
  await expect.poll(() => [...readKept(here.spool).tracks.keys()]).toEqual(SERIALS.slice(1))
})

describe('damage', () => {
  const goodTrack = { latitude: 52.5, longitude: 13.4, heardMs: NOON_MS, aheadMs: null, day: 20_625 }
  const rest = { firstMinute: 700, lastMinute: 700, octants: 8, days: [] }

  it.each([
    ['cut off', '[[2700000001,{"latitude":52'],
    ['empty', ''],
    ['no list', '{"a":1}'],
    ['null', 'null'],
    ['a list of other things', '[1,null,"x",[],[2700000001],["a",{}]]'],
    ['a track that cannot be', JSON.stringify([[SERIAL, { ...goodTrack, ...rest, latitude: 200 }]])],
    ['days that are no days', JSON.stringify([[SERIAL, { ...goodTrack, ...rest, days: ['x', 1] }]])],
  ])('%s', async (_name, text) => {
    const here = await afternoon()
    await here.stop()
    const spool = await openSpool({ folder: here.folder, maxBytes: MAX_BYTES })
    await spool.writeNote(`fleet:${SERIAL % 256}`, text)
    await spool.close()
    const again = await startFleet({ folder: here.folder, nowMs: NOON_MS + 12 * HOUR_MS })
    await again.pass(1)
    expect(again.fleet.status().loggers).toMatchObject({ never_seen: 1, asleep: 2 })
    expect(again.fleet.status().tracks.refused).toBeGreaterThan(0)
    expect(again.fleet.status().tracks.restored).toBe(2)
  })

  it('of the watch only makes the listening begin anew', async () => {
    const here = await afternoon()
    await here.pass(50)
    await here.stop()
    const spool = await openSpool({ folder: here.folder, maxBytes: MAX_BYTES })
    await spool.writeNote('fleet:watch', '{"sinceMs":"yesterday"}')
    await spool.close()
    const again = await startFleet({ folder: here.folder, nowMs: here.clock.now + 60_000 })
    await again.pass(20)
    expect(again.fleet.status()).toMatchObject({ loggers: { missing: 0, late: 3 }, tracks: { refused: 1 } })
  })

  it('of the list of loggers keeps the tracks until the API has told it', async () => {
    const here = await afternoon()
    await here.stop()
    const spool = await openSpool({ folder: here.folder, maxBytes: MAX_BYTES })
    await spool.writeNote('registry', 'damaged')
    await spool.close()
    const again = await startFleet({ folder: here.folder, nowMs: NOON_MS + 12 * HOUR_MS })
    await again.pass(6)
    expect(again.fleet.status().loggers).toMatchObject({ asleep: 0, never_seen: 0 })
    await again.register(list)
    await again.pass(1)
    expect(again.fleet.status().loggers).toMatchObject({ asleep: 3, never_seen: 0 })
  })
})

describe('the spool comes first', () => {
  it.each<[string, Partial<SpoolStatus>]>([
    ['full', { full: true }],
    ['on a disk without room', { disk_error: 'no_space' }],
    ['on a broken disk', { disk_error: 'io_error' }],
  ])('nothing is written while it is %s, and all of it afterwards', async (_name, trouble) => {
    const written: string[] = []
    let present: Partial<SpoolStatus> = {}
    const here = await afternoon({
      wrapSpool: spool =>
        withStatus(
          watched(spool, name => written.push(name)),
          () => present,
        ),
    })
    present = trouble
    written.length = 0
    await here.pass(5)
    await expect.poll(() => here.fleet.status().tracks.saves.put_off).toBe(1)
    expect(written).toEqual([])
    present = {}
    await here.pass(5)
    await expect.poll(() => here.fleet.status().tracks.saves.saved).toBe(1)
    expect(readKept(here.spool).tracks.size).toBe(3)
  })

  it('a write that fails is made again later, and what was there stays', async () => {
    let fails = false
    const here = await afternoon({
      wrapSpool: spool => {
        const writeNote = spool.writeNote.bind(spool)
        spool.writeNote = (name, text) =>
          fails && name !== 'registry' ? Promise.resolve('disk_error') : writeNote(name, text)
        return spool
      },
    })
    await here.pass(5)
    await expect.poll(() => readKept(here.spool).tracks.size).toBe(3)
    const before = readKept(here.spool).tracks.get(SERIAL)!.heardMs
    await (await here.connect()).exchange(heartbeat(SERIAL))
    fails = true
    await here.pass(5)
    await expect.poll(() => here.fleet.status().tracks.saves.put_off).toBe(1)
    expect(readKept(here.spool).tracks.get(SERIAL)!.heardMs).toBe(before)
    fails = false
    await here.pass(5)
    await expect.poll(() => readKept(here.spool).tracks.get(SERIAL)!.heardMs).toBeGreaterThan(before)
  })

  const mayMount = process.getuid?.() === 0 && canMount()
  if (!mayMount)
    process.stdout.write('kept.test.ts: the small disk is skipped, this user may not mount a tmpfs\n')

  // Needs to mount a tmpfs.
  it.skipIf(!mayMount)('on a small disk its notes leave the room to the frames', async () => {
    const disk = join(temporaryFolder(), 'disk')
    mountDisk(disk)
    onTestFinished(() => void execFileSync('umount', ['-l', disk]))
    const here = await afternoon({ folder: join(disk, 'spool') })
    await here.pass(5)
    await expect.poll(() => here.fleet.status().tracks.saves.put_off).toBe(1)
    expect(readKept(here.spool).tracks.size).toBe(0)
    expect(here.spool.status().disk_error).toBeNull()
  })
})

function watched(spool: Spool, onWrite: (name: string) => void): Spool {
  const writeNote = spool.writeNote.bind(spool)
  spool.writeNote = (name, text) => {
    onWrite(name)
    return writeNote(name, text)
  }
  return spool
}

function withStatus(spool: Spool, change: () => Partial<SpoolStatus>): Spool {
  const status = spool.status.bind(spool)
  spool.status = () => ({ ...status(), ...change() })
  return spool
}

function mountDisk(disk: string): void {
  mkdirSync(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', disk], { stdio: 'ignore' })
}

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'mount-probe-'))
  try {
    mountDisk(join(folder, 'disk'))
    execFileSync('umount', [join(folder, 'disk')])
    return true
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
