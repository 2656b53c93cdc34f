// A full disk: nothing is acked, nothing is lost, the reason shows, and it recovers by itself.
import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openSpool, type Spool } from '../../src/spool/spool.ts'
import { append, MIB, makeFolder, readAll } from './spool-folder.ts'

const DISK_MIB = 8
const RETRY_MS = 1_000

function mountSmallDisk(disk: string): void {
  mkdirSync(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', disk], { stdio: 'ignore' })
}

function canMount(): boolean {
  const probe = mkdtempSync(join(tmpdir(), 'mount-probe-'))
  try {
    mountSmallDisk(join(probe, 'disk'))
    execFileSync('umount', [join(probe, 'disk')])
    return true
  } catch {
    return false
  } finally {
    rmSync(probe, { recursive: true, force: true })
  }
}

async function makeSmallDisk(): Promise<string> {
  const disk = join(await makeFolder(), 'disk')
  mountSmallDisk(disk)
  onTestFinished(() => void execFileSync('umount', ['-l', disk]))
  return disk
}

async function openOn(disk: string, clock: { nowMs: number }): Promise<Spool> {
  const spool = await openSpool({
    folder: join(disk, 'spool'),
    maxBytes: 64 * MIB,
    retryIntervalMs: RETRY_MS,
    now: () => clock.nowMs,
  })
  onTestFinished(() => spool.close())
  return spool
}

/** @returns how many were acked before the disk was full. */
async function fill(spool: Spool): Promise<number> {
  let durable = 0
  while (true) {
    const outcomes = await Promise.all(Array.from({ length: 500 }, () => append(spool)))
    durable += outcomes.filter(outcome => outcome === 'durable').length
    if (outcomes.includes('disk_error')) return durable
  }
}

const mayMount = process.getuid?.() === 0 && canMount()
if (!mayMount) process.stdout.write('disk-full.test.ts skipped: this user may not mount a small tmpfs\n')

test.skipIf(!mayMount)('a full disk refuses, tells why, drains, and takes again', async () => {
  const clock = { nowMs: 1_000_000 }
  const smallDisk = await makeSmallDisk()
  const spool = await openOn(smallDisk, clock)
  const durable = await fill(spool)
  expect(durable).toBeGreaterThan(1_000)
  expect(spool.status()).toMatchObject({
    disk_error: 'no_space',
    messages: durable,
    ledger: { received: durable, waiting: durable, unaccounted: 0 },
  })
  expect(await append(spool)).toBe('disk_error')
  expect(readAll(spool).flatMap(({ entries }) => entries)).toHaveLength(durable)

  // Draining needs a few new pages itself: the reserve gives them.
  for (const group of readAll(spool))
    expect(await spool.change({ removeGroups: [group], counts: { stored: group.entries.length } })).toBe(
      'durable',
    )
  expect(spool.status().ledger).toMatchObject({ stored: durable, waiting: 0, unaccounted: 0 })
  clock.nowMs += RETRY_MS
  expect(await append(spool)).toBe('durable')
  expect(spool.status().disk_error).toBeNull()
})

test.skipIf(!mayMount)('it recovers when somebody makes room, and keeps what it had', async () => {
  const clock = { nowMs: 1_000_000 }
  const smallDisk = await makeSmallDisk()
  const ballast = join(smallDisk, 'ballast')
  writeFileSync(ballast, Buffer.alloc(4 * MIB))
  const spool = await openOn(smallDisk, clock)
  let durable = await fill(spool)
  for (let retry = 0; retry < 5; retry++) {
    clock.nowMs += RETRY_MS
    durable += await fill(spool)
    expect(spool.status()).toMatchObject({ disk_error: 'no_space', messages: durable })
  }
  rmSync(ballast)
  clock.nowMs += RETRY_MS
  expect(spool.status().disk_error).toBeNull()
  expect(await append(spool)).toBe('durable')
  expect(spool.status()).toMatchObject({ messages: durable + 1, ledger: { unaccounted: 0 } })
})

test.skipIf(!mayMount)('a start on a full disk says so, with and without a spool there', async () => {
  const smallDisk = await makeSmallDisk()
  const folder = join(smallDisk, 'spool')
  const ballast = join(smallDisk, 'ballast')
  const old = await openSpool({ folder, maxBytes: MIB })
  await append(old)
  await old.close()
  fillWithZeros(ballast)
  fillWithZeros(join(folder, 'reserve'))
  await expect(openSpool({ folder: join(smallDisk, 'new'), maxBytes: MIB })).rejects.toMatchObject({
    code: 'spool_no_space',
  })
  // The reserve of the old one is room enough to open it, and to ship what it holds.
  const again = await openSpool({ folder, maxBytes: MIB })
  expect(again.status()).toMatchObject({ messages: 1 })
  expect(await again.change({ removeGroups: readAll(again), counts: { stored: 1 } })).toBe('durable')
  await again.close()
})

function fillWithZeros(path: string): void {
  const file = openSync(path, 'a')
  try {
    while (writeSync(file, Buffer.alloc(4_096)) > 0);
  } catch {
    closeSync(file)
  }
}
