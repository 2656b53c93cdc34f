// A full disk: what cannot be stored is counted with its reason, the engine lives on, and what comes after there is room is stored.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openEngine } from '../../src/engine/engine.ts'
import { startIntake } from '../../src/intake/intake.ts'
import { engineOptions } from '../engine/engine-for-tests.ts'
import { intakeOptions, sendHttp } from './intake-for-tests.ts'

const LINES = 200
/** Left when the disk is filled: enough for the engine's notes, not for a batch. */
const LEFT_BYTES = 100_000

const disk = mkdtempSync(join(tmpdir(), 'lens-disk-'))
const mayMount = process.getuid?.() === 0 && canMount()
if (!mayMount) process.stdout.write('disk-full.test.ts skipped: this user may not mount a small tmpfs\n')

// Without a disk of its own to fill, the test would fill somebody's.
test.skipIf(!mayMount)('a full disk costs the rows that come meanwhile and nothing else', async () => {
  try {
    const engine = await openEngine(engineOptions(join(disk, 'lens')))
    const intake = await startIntake(engine, intakeOptions())
    const send = async () => {
      const timeUnixNano = String(BigInt(Date.now()) * 1_000_000n)
      const logRecords = Array.from({ length: LINES }, () => ({
        timeUnixNano,
        body: { stringValue: noise() },
      }))
      const message = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })
      expect((await sendHttp(intake.ports.http, 'logs', message)).status).toBe(200)
      await intake.flush()
    }
    await send()
    const { bfree, bsize } = statfsSync(disk)
    writeFileSync(join(disk, 'filling'), Buffer.alloc(bfree * bsize - LEFT_BYTES))
    await send()
    expect(intake.status().signals.logs).toMatchObject({ stored: LINES, dropped: { insert_failed: LINES } })
    expect(intake.status().queue.lastError).toMatch(/space/i)
    expect(engine.status()).toMatchObject({ state: 'ready', deaths: 0 })
    rmSync(join(disk, 'filling'))
    await send()
    expect(await engine.query('SELECT count() AS n FROM signoz_logs.logs_v2')).toEqual([
      { n: String(2 * LINES) },
    ])
    await intake.stop()
    await engine.close()
  } finally {
    execFileSync('umount', ['-l', disk])
    rmSync(disk, { recursive: true })
  }
})

function noise(): string {
  return Array.from({ length: 100 }, () => Math.random().toString(36)).join('')
}

function canMount(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', disk], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
