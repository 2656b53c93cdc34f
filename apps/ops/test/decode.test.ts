// `ops decode` against every vector, and as a process: streams, faults, stdin, exit codes.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { buildHeartbeat, fieldDifferences, loadVectors, vector } from '@deye-hard/solarman-v5/testing'
import { describe, expect, it } from 'vitest'
import { describeBytes, parseHex } from '../src/commands/decode.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const vectors = loadVectors()
const heartbeat = vector('heartbeat_solis').hex

describe('describeBytes', () => {
  it.each(vectors.filter(({ expect: expected }) => expected.valid && expected.length_total))(
    'gives every expected field of $name',
    entry => {
      const descriptions = describeBytes(parseHex(entry.hex))
      expect(descriptions).toHaveLength(1)
      expect(fieldDifferences(entry, descriptions[0]!)).toEqual([])
    },
  )

  it.each(vectors.filter(({ expect: expected }) => expected.codes))(
    'gives the frames of $name',
    ({ hex, expect: expected }) => {
      const frames = describeBytes(parseHex(hex)).filter(({ valid }) => valid)
      expect(frames.map(({ code }) => code)).toEqual(expected.codes)
      if (expected.lengths) expect(frames.map(frame => frame.length_total)).toEqual(expected.lengths)
    },
  )

  it.each(vectors.filter(({ expect: expected }) => !expected.valid))(
    'gives reason and offset of $name',
    ({ hex }) => {
      const descriptions = describeBytes(parseHex(hex))
      expect(descriptions.length).toBeGreaterThan(0)
      for (const description of descriptions) {
        expect(description).toMatchObject({
          valid: false,
          reason: expect.any(String),
          offset: expect.any(Number),
        })
      }
    },
  )

  it('says how much of a cut frame is missing, as far as it can be known', () => {
    const { hex, expect: expected } = vector('incomplete_pvblink_frame')
    const { declared_length, actual_length } = expected
    expect(describeBytes(parseHex(hex))).toEqual([
      { valid: false, reason: 'incomplete', offset: 0, declared_length, actual_length, missing_bytes: 5 },
    ])
    expect(describeBytes(parseHex('a5010010'))).toEqual([
      { valid: false, reason: 'incomplete', offset: 0, actual_length: 4, missing_bytes: 1 },
    ])
  })

  it('counts offsets from the first byte of the stream', () => {
    const bytes = Buffer.concat([
      parseHex(heartbeat),
      parseHex('0102'),
      buildHeartbeat({ loggerSerial: 1 }),
      parseHex('a5'),
    ])
    expect(describeBytes(bytes)).toMatchObject([
      { valid: true },
      { valid: false, reason: 'garbage', offset: 14, skipped_bytes: 2 },
      { valid: true, logger_serial: 1 },
      { valid: false, reason: 'incomplete', offset: 30 },
    ])
  })
})

describe('parseHex', () => {
  it('takes blanks, line breaks, 0x and both cases', () => {
    for (const form of ['a501', 'A5 01', '0xa501', '0xA5 0x01', 'a5\n01\r\n', '\ta5\t01 ']) {
      expect(parseHex(form).toString('hex')).toBe('a501')
    }
  })

  it('names the place of what is no byte', () => {
    expect(() => parseHex('a5 01\na5 0g')).toThrow('The digit 0 at position 10 (line 2, column 4)')
    expect(() => parseHex('a5 zz')).toThrow('"z" at position 4 (line 1, column 4) is no hexadecimal digit')
    expect(() => parseHex('a5 1')).toThrow('The digit 1 at position 4')
    for (const empty of ['', ' \n', '0x']) expect(() => parseHex(empty)).toThrow('no bytes')
  })
})

describe('the command', () => {
  it('prints one line per frame and exits 0', () => {
    const { status, stdout } = ops(['decode', '--json', heartbeat + heartbeat])
    expect(status).toBe(0)
    expect(lines(stdout)).toMatchObject([
      { code_name: 'heartbeat' },
      { code_name: 'heartbeat', logger_serial: 2_949_668_174 },
    ])
  })

  it('reads stdin, tells faults on stdout and exits 1', () => {
    const { status, stdout, stderr } = ops(['decode', '-'], `${vector('bad_checksum').hex}\n${heartbeat}\n`)
    expect(lines(stdout)).toMatchObject([
      { valid: false, reason: 'bad_checksum', offset: 0 },
      { valid: true },
    ])
    expect([status, stderr]).toEqual([1, ''])
  })

  it('takes bytes as separate arguments', () => {
    const { status, stdout } = ops(['decode', ...heartbeat.match(/../g)!])
    expect([status, lines(stdout).length]).toEqual([0, 1])
  })

  it('refuses what is not hexadecimal with one sentence and exit code 1', () => {
    const { status, stdout, stderr } = ops(['decode', 'hello'])
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^"h" at position 1 .*\n$/)
  })

  it('helps with an example', () => {
    expect(ops(['decode', '--help']).stdout).toMatch(/Examples:\n.*decode a501/)
  })
})

function ops(args: string[], input = '') {
  const command = ['--conditions=source', '--disable-warning=ExperimentalWarning', main, ...args]
  return spawnSync(process.execPath, command, { input, encoding: 'utf8', timeout: 30_000 })
}

function lines(stdout: string): Record<string, unknown>[] {
  return stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
}
