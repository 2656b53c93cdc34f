// kill -9 at any moment: what was called back durable is there afterwards, and the counters balance.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { openSpool } from '../../src/spool/spool.ts'
import { MIB, makeFolder, readAll } from './spool-folder.ts'

const ROUNDS = 8
const CHILD = join(import.meta.dirname, 'append-forever.ts')

test('nothing that was durable is lost to kill -9', { timeout: 60_000 }, async () => {
  const folder = await makeFolder()
  const journalPath = join(await makeFolder(), 'journal')
  for (let round = 0; round < ROUNDS; round++) {
    const child = spawn(process.execPath, ['--conditions=source', CHILD, folder, journalPath, `${round}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const exited = once(child, 'exit')
    const wanted = linesOf(journalPath).length + 500 + 700 * round
    await vi.waitFor(() => expect(linesOf(journalPath).length).toBeGreaterThan(wanted), {
      timeout: 20_000,
      interval: 1,
    })
    kill(child)
    await exited
    await expectIntact(folder, journalPath)
  }
})

function kill(child: ChildProcess): void {
  expect(child.exitCode).toBeNull()
  child.kill('SIGKILL')
}

async function expectIntact(folder: string, journalPath: string): Promise<void> {
  const spool = await openSpool({ folder, maxBytes: 256 * MIB })
  const groups = readAll(spool)
  const present = new Set(groups.flatMap(({ entries }) => entries.map(({ bytes }) => bytes.toString())))
  const lines = linesOf(journalPath)
  const removing = new Set(lines.filter(line => line.startsWith('removing ')).map(line => line.slice(9)))
  const durable = lines.filter(line => line.startsWith('durable ')).map(line => line.slice(8))
  expect(durable.filter(name => !present.has(name) && !removing.has(name))).toEqual([])

  const { ledger, messages } = spool.status()
  expect(groups.reduce((sum, { damagedCount }) => sum + damagedCount, 0)).toBe(0)
  expect(ledger).toMatchObject({ waiting: present.size, unaccounted: 0 })
  expect(messages).toBe(present.size)
  expect(ledger.received).toBeGreaterThanOrEqual(durable.length)
  expect(ledger.stored).toBeLessThanOrEqual(removing.size)
  await spool.close()
}

/** Whole lines: the kill may have cut the last one. */
function linesOf(path: string): string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []
}
