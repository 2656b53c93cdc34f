// Proof at the system call: `append` calls back after the data was synced and the meta page was written through.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolder } from './spool-folder.ts'

const CHILD = join(import.meta.dirname, 'append-once.ts')
const CALLS = 'trace=openat,writev,pwritev,pwrite64,fdatasync,write'

const mayTrace = canTrace()
if (!mayTrace) process.stdout.write('durable.test.ts skipped: strace is not there or not allowed\n')

test.skipIf(!mayTrace)(
  'the callback comes after fdatasync and the O_DSYNC write of the meta page',
  async () => {
    const folder = await makeFolder()
    const trace = join(await makeFolder(), 'trace')
    const child = [process.execPath, '--conditions=source', CHILD, folder]
    execFileSync('strace', ['-f', '-s', '4096', '-e', CALLS, '-e', 'signal=none', '-o', trace, ...child])
    const calls = readFileSync(trace, 'utf8').split('\n')
    // LMDB writes its meta page through a handle of its own that is opened with O_DSYNC.
    const opened = calls.find(call => call.includes('data.mdb') && call.includes('O_DSYNC'))
    const metaHandle = /= (\d+)$/.exec(opened ?? '')?.[1]
    const between = calls.slice(indexOf(calls, 'MARK append'), indexOf(calls, 'MARK durable'))
    const synced = between.findLastIndex(call => call.includes('fdatasync('))
    const metaWritten = between.findLastIndex(call => call.includes(`pwrite64(${metaHandle},`))
    const written = between.findIndex(call => call.includes('MARK frame'))
    expect(metaHandle).toBeDefined()
    expect(written).toBeGreaterThan(0)
    expect(synced).toBeGreaterThan(written)
    expect(metaWritten).toBeGreaterThan(synced)
  },
)

function indexOf(calls: readonly string[], text: string): number {
  const index = calls.findIndex(call => call.includes(`write(2, "${text}`))
  expect(index).toBeGreaterThan(-1)
  return index
}

function canTrace(): boolean {
  try {
    execFileSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
