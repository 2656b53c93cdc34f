// Replay of captured frames: the right answer passes, every deviation is named, silence is checked where it is due.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Frame, frameOf, writeAck } from '@deye-hard/solarman-v5'
import { sealFrame, vector } from '@deye-hard/solarman-v5/testing'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { ackProblem } from '../../src/replay/ack-check.ts'
import { readReplayFile } from '../../src/replay/entries.ts'
import { type ReplayResult, replay } from '../../src/replay/replay.ts'
import { type AckingServer, ackNow, type ServerScript, startAckingServer } from '../acking-server.ts'

const VECTORS = new URL('../../../../packages/solarman-v5/vectors/solarman-v5.json', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'replay-'))
afterAll(() => rmSync(folder, { recursive: true }))

let server: AckingServer | null = null
afterEach(async () => {
  await server?.stop()
  server = null
})

async function run(file: string, script?: ServerScript, oneConnection = false) {
  server = await startAckingServer(script)
  const results: ReplayResult[] = []
  const ok = await replay({
    target: { host: '127.0.0.1', port: server.port },
    entries: readReplayFile(file),
    oneConnection,
    timeoutMs: 300,
    quietMs: 5,
    onResult: result => results.push(result),
  })
  return { ok, results, of: (name: string) => results.find(result => result.name === name)! }
}

function hexFile(...lines: string[]): string {
  const file = join(folder, 'frames.hex')
  writeFileSync(file, lines.join('\n'))
  return file
}

describe.each([false, true])('all vectors, over one connection: %s', oneConnection => {
  test('get their answers, and only those', async () => {
    const { ok, results, of } = await run(VECTORS, undefined, oneConnection)
    expect(results.filter(result => !result.ok)).toEqual([])
    expect(ok).toBe(true)
    expect(results).toHaveLength(42)
    const solis = of('data_solis_buffered_offset_ok')
    expect(solis).toMatchObject({ sent: 246, ok: true })
    // Reference 3.2: all but the time and the interval is that of the real cloud.
    const real = vector('data_ack_solis_buffered').bytes
    expect(solis.ack_hex!.slice(0, 26)).toBe(real.subarray(0, 13).toString('hex'))
    expect(of('modbus_rsp_ps19').ack_hex).toBeNull()
    expect(of('tls_client_hello_prefix').ack_hex).toBeNull()
    expect(of('stream_three_frames').ack_hex).toHaveLength(46)
    const serials = new Set(server!.arrivals.map(({ frame }) => frame.loggerSerial))
    const valid = new Set(server!.arrivals.map(({ connection }) => connection))
    expect(valid.size).toBe(oneConnection ? 1 : serials.size)
  })
})

test('a missing answer is told, and the run fails', async () => {
  const file = hexFile(vector('heartbeat_solis').bytes.toString('hex'))
  const { ok, results } = await run(file, { answer: () => null })
  expect(ok).toBe(false)
  expect(results).toEqual([
    { name: 'line 1', sent: 14, ack_hex: null, ok: false, problem: '1 answers are due, 0 came' },
  ])
})

test('a server that hangs up is told', async () => {
  const file = hexFile(vector('heartbeat_solis').bytes.toString('hex'))
  const { results } = await run(file, {
    answer: ({ connection }) => {
      server!.sockets[connection]!.destroy()
      return null
    },
  })
  expect(results[0]!.problem).toBe('1 answers are due, 0 came, and the server hung up')
})

test('an answer where none is due is told', async () => {
  const file = hexFile(vector('modbus_rsp_ps19').bytes.toString('hex'))
  const script: ServerScript = { answer: () => vector('heartbeat_ack_solis').bytes }
  server = await startAckingServer(script)
  const results: ReplayResult[] = []
  const ok = await replay({
    target: { host: '127.0.0.1', port: server.port },
    entries: readReplayFile(file),
    oneConnection: false,
    timeoutMs: 1_000,
    quietMs: 5_000,
    onResult: result => results.push(result),
  })
  expect(ok).toBe(false)
  expect(results[0]!.problem).toBe('0 answers are due, 1 came')
})

test('an answer of 22 bytes is no frame', async () => {
  const file = hexFile(vector('heartbeat_ps81').bytes.toString('hex'))
  const { ok, results } = await run(file, {
    answer: ({ frame }) => Buffer.concat([ackNow(frame)!.subarray(0, 22), ackNow(frame)!]),
  })
  expect(ok).toBe(false)
  expect(results[0]!.problem).toBe('the answer is no valid frame')
})

describe('each byte of an answer is held against the reference', () => {
  const request = frameOf(vector('data_solis_buffered_offset_ok').bytes)
  const good = writeAck(request, { unixTimeS: 1_700_000_000, heartbeatIntervalS: 120 })
  const changed = (change: (bytes: Buffer) => void): Frame => {
    const bytes = Buffer.from(good)
    change(bytes)
    return frameOf(sealFrame(bytes))
  }

  test('the right one passes, whatever the counter of the server', () => {
    expect(ackProblem(request, frameOf(good))).toBeNull()
    expect(
      ackProblem(
        request,
        changed(bytes => bytes.writeUInt8(0xee, 5)),
      ),
    ).toBeNull()
  })

  test.each([
    [4, 'does not answer this control code'],
    [6, 'does not copy the sequence byte of the logger'],
    [7, 'does not copy the serial'],
    [11, 'does not copy the frame type'],
    [12, 'has a status other than 1'],
  ])('byte %i changed: %s', (at, problem) => {
    expect(
      ackProblem(
        request,
        changed(bytes => bytes.writeUInt8(bytes[at]! ^ 2, at)),
      ),
    ).toBe(problem)
  })

  test('no time, and a wrong length', () => {
    expect(
      ackProblem(
        request,
        changed(bytes => bytes.writeUInt32LE(0, 13)),
      ),
    ).toBe('holds no time')
    expect(ackProblem(request, frameOf(vector('data_solis_test_frame').bytes))).toMatch(
      /246 bytes in place of 23/,
    )
  })
})

describe('files', () => {
  test('hex lines may hold blanks and comments', () => {
    const hex = vector('heartbeat_solis').bytes.toString('hex')
    const entries = readReplayFile(
      hexFile('# a heartbeat', '', `${hex.slice(0, 8)} ${hex.slice(8)}  # again`),
    )
    expect(entries).toHaveLength(1)
    expect(entries[0]).toMatchObject({ name: 'line 3', bytes: vector('heartbeat_solis').bytes })
  })

  test.each([
    ['', /it holds no frame from a logger/],
    ['a50', /line 1 is not an even number of hexadecimal digits/],
    ['[{"name":"x","hex":"zz"}]', /x is not an even number/],
    ['{"frames":[]}', /expected a list of vectors/],
    ['[', /no valid JSON/],
  ])('%j is refused with its place', (text, message) => {
    expect(() => readReplayFile(hexFile(text))).toThrow(message)
  })

  test('a missing file is named', () => {
    expect(() => readReplayFile(join(folder, 'none'))).toThrow(/none cannot be used: it does not exist/)
  })
})
