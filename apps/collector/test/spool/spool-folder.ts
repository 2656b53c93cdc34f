// Spools in folders of their own, and frames to fill them, for tests.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { AppendOutcome, MessageClass, Spool } from '../../src/spool/spool.ts'
import { openSpool, type SpoolOptions } from '../../src/spool/spool.ts'

export { readAll } from './spool-folder-reading.ts'

export const MIB = 2 ** 20

export async function makeFolder(parent = tmpdir()): Promise<string> {
  const folder = await mkdtemp(join(parent, 'spool-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Closed when the test is over, at the latest. */
export async function makeSpool(options: Partial<SpoolOptions> = {}): Promise<Spool> {
  const spool = await openSpool({ folder: await makeFolder(), maxBytes: 64 * MIB, ...options })
  onTestFinished(() => spool.close())
  return spool
}

export interface AppendFields {
  bytes?: Uint8Array
  receivedAtMs?: number
  messageClass?: MessageClass
  loggerSerial?: number
  unknownLogger?: boolean
}

export function append(spool: Spool, fields: AppendFields = {}): Promise<AppendOutcome> {
  const entry = {
    bytes: Buffer.alloc(343, 0xa5),
    receivedAtMs: Date.now(),
    messageClass: 'message',
    loggerSerial: 2_712_345_678,
    ...fields,
  } as const
  return new Promise(resolve => spool.append(entry, resolve))
}
