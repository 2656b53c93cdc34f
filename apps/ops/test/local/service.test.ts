// A service of the local stack, played by small real programs: starts, dies, comes back, stops.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive, waitUntil } from '@deye-hard/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Service, type ServiceSpec } from '../../src/local/service.ts'
import { ServiceLog } from '../../src/local/service-log.ts'

const LISTENING = `console.log(JSON.stringify({ message: 'listening', port: 4711, http_port: 4712 }))`
const STAY = 'setInterval(() => {}, 1000)'
let folder: string
let notices: string[]
let service: Service | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ops service '))
  notices = []
})
afterEach(async () => {
  await service?.kill()
  rmSync(folder, { recursive: true })
})

function serviceOf(source: string, spec: Partial<ServiceSpec> = {}): Service {
  const entry = join(folder, 'program.mjs')
  writeFileSync(entry, source)
  service = new Service({
    name: 'api',
    entry,
    args: () => [],
    env: () => ({ PATH: process.env.PATH }),
    listens: true,
    logsDir: folder,
    notice: text => notices.push(text),
    ...spec,
  })
  return service
}

test('start waits for the listening line and keeps what was printed in the log', async () => {
  const started = serviceOf(`console.log('first'); console.error('second'); ${LISTENING}; ${STAY}`)
  expect(await started.start()).toEqual({ port: 4711, http_port: 4712 })
  expect(started.state).toBe('running')
  expect(await started.stop(5_000)).toBe('stopped')
  expect(readFileSync(join(folder, 'api.log'), 'utf8')).toContain('first\n')
  expect(readFileSync(join(folder, 'api.log'), 'utf8')).toContain('second\n')
  expect(notices).toEqual([])
})

test('one that ends instead of listening: exit code, log file and its last lines', async () => {
  const failing = serviceOf(
    `console.error('JWT_KEYS_FILE: found nothing, expected a file.'); process.exit(78)`,
  )
  await expect(failing.start()).rejects.toThrow(
    /^The api did not start \(exit code 78\): its log is .*api\.log, its last lines are\n {2}JWT_KEYS_FILE: found nothing/,
  )
})

test('one that dies is named with its last line and started again on the ports of the first time', async () => {
  const seen: unknown[] = []
  const dying = serviceOf(
    `import { existsSync, writeFileSync } from 'node:fs'
     const again = existsSync(${JSON.stringify(join(folder, 'again'))})
     writeFileSync(${JSON.stringify(join(folder, 'again'))}, '')
     if (!again) process.on('SIGUSR2', () => { console.error('out of luck'); process.exit(3) })
     ${LISTENING}
     ${STAY}`,
    {
      env: listening => {
        seen.push(listening)
        return { PATH: process.env.PATH }
      },
    },
  )
  await dying.start()
  process.kill(dying.pid!, 'SIGUSR2')
  await waitUntil(() => dying.restarts === 1 && dying.state === 'running')
  expect(notices).toEqual(['The api died (exit code 3), starting it again in 0.5 s: out of luck'])
  expect(seen).toEqual([null, { port: 4711, http_port: 4712 }])
})

test('one that is taken away is no crash, and comes back on its ports when it is told', async () => {
  const seen: unknown[] = []
  const leaving = serviceOf(`${LISTENING}; ${STAY}`, {
    env: listening => {
      seen.push(listening)
      return { PATH: process.env.PATH }
    },
  })
  await leaving.start()
  const before = leaving.pid!
  await leaving.takeAway(5_000)
  expect([leaving.state, isAlive(before)]).toEqual(['away', false])
  await leaving.comeBack()
  expect([leaving.state, leaving.restarts, notices]).toEqual(['running', 0, []])
  expect(leaving.pid).not.toBe(before)
  expect(seen).toEqual([null, { port: 4711, http_port: 4712 }])
})

test('one that is away stays so when it is stopped', async () => {
  const leaving = serviceOf(`process.on('SIGTERM', () => {}); ${LISTENING}; ${STAY}`)
  await leaving.start()
  await leaving.takeAway(200)
  expect(leaving.state).toBe('away')
  expect(await leaving.stop(5_000)).toBe('stopped')
  await leaving.comeBack()
  await leaving.takeAway(200)
  expect(leaving.state).toBe('stopped')
})

test('one that cannot come back is tried again like one that died', async () => {
  const file = JSON.stringify(join(folder, 'twice'))
  const leaving = serviceOf(
    `import { existsSync, readFileSync, writeFileSync } from 'node:fs'
     const starts = existsSync(${file}) ? Number(readFileSync(${file}, 'utf8')) : 0
     writeFileSync(${file}, String(starts + 1))
     if (starts === 1) { console.error('not yet'); process.exit(7) }
     ${LISTENING}
     ${STAY}`,
  )
  await leaving.start()
  await leaving.takeAway(5_000)
  await leaving.comeBack()
  await waitUntil(() => leaving.state === 'running')
  expect(leaving.restarts).toBe(1)
  expect(notices).toEqual(['The api died (exit code 7), starting it again in 0.5 s: not yet'])
})

test('one that keeps dying is started again after longer and longer pauses', async () => {
  const file = JSON.stringify(join(folder, 'once'))
  const dying = serviceOf(
    `import { existsSync, writeFileSync } from 'node:fs'
     if (existsSync(${file})) process.exit(4)
     writeFileSync(${file}, '')
     ${LISTENING}
     setTimeout(() => process.exit(3), 50)`,
  )
  await dying.start()
  await waitUntil(() => notices.length >= 3, { timeoutMs: 15_000 })
  expect(notices.map(text => / in ([\d.]+) s/.exec(text)?.[1])).toEqual(['0.5', '1', '2'])
})

test('one that does not listen to SIGTERM is killed after its grace', async () => {
  const stubborn = serviceOf(`process.on('SIGTERM', () => {}); ${LISTENING}; ${STAY}`)
  await stubborn.start()
  expect(await stubborn.stop(200)).toBe('killed')
})

test('a simulator that dies is named and not started again', async () => {
  const dying = serviceOf(`console.log('{}'); setTimeout(() => process.exit(9), 50)`, {
    name: 'simulator',
    listens: false,
  })
  await dying.start()
  await waitUntil(() => notices.length > 0)
  expect(dying.state).toBe('dead')
  expect(notices[0]).toContain('The simulator died (exit code 9) and stays so')
})

test('a log begins anew, keeps the last run, and stays below its size', () => {
  const path = join(folder, 'x.log')
  writeFileSync(path, 'last run\n')
  const log = new ServiceLog(path, 1_000)
  for (let line = 0; line < 100; line += 1) log.write(`line ${line} ${'.'.repeat(40)}`)
  log.close()
  expect(statSync(path).size).toBeLessThanOrEqual(1_000)
  expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(1_000)
  expect(log.lastLines(1)).toEqual([expect.stringMatching(/^line 99 /)])
  expect(existsSync(`${path}.2`)).toBe(false)
})
