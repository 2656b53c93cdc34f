// Reading settings: types, defaults, all problems at once, secrets from files, and no value in any message.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, expectTypeOf, it } from 'vitest'
import {
  ConfigError,
  readSettings,
  SETTING_PROBLEM_CODES,
  type Secret,
  type SettingsSpec,
  setting,
} from './index.ts'

const about = 'for a test'
const folder = mkdtempSync(join(tmpdir(), 'deye-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

const spec = {
  port: setting.port('T_PORT', { default: 8899, about }),
  workers: setting.integer('T_WORKERS', { default: 2, min: 1, max: 8, about }),
  ratio: setting.number('T_RATIO', { default: 0.5, min: 0, max: 1, about }),
  timeoutMs: setting.duration('T_TIMEOUT', { default: '10s', min: '1s', max: '5m', about }),
  ageMs: setting.duration('T_AGE', { default: 60_000, about }),
  frameBytes: setting.bytes('T_FRAME', { default: '4KiB', min: 64, about }),
  apiUrl: setting.url('T_URL', { protocols: ['http', 'https'], default: 'http://127.0.0.1:3000/', about }),
  level: setting.oneOf('T_LEVEL', { values: ['info', 'warn'], default: 'info', about }),
  verbose: setting.flag('T_VERBOSE', { default: false, about }),
  id: setting.text('T_ID', {
    default: 'collector-1',
    pattern: /^[a-z0-9-]+$/,
    form: 'lower-case letters',
    about,
  }),
  hint: setting.text('T_HINT', { optional: true, about }),
}

function problemsOf(settings: SettingsSpec, environment: Record<string, string>) {
  try {
    readSettings(settings, environment)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('no ConfigError was thrown')
}

describe('readSettings', () => {
  it('gives every default, typed', () => {
    const settings = readSettings(spec, {})
    expect(settings).toEqual({
      port: 8899,
      workers: 2,
      ratio: 0.5,
      timeoutMs: 10_000,
      ageMs: 60_000,
      frameBytes: 4_096,
      apiUrl: 'http://127.0.0.1:3000',
      level: 'info',
      verbose: false,
      id: 'collector-1',
      hint: undefined,
    })
    expectTypeOf(settings.level).toEqualTypeOf<'info' | 'warn'>()
    expectTypeOf(settings.hint).toEqualTypeOf<string | undefined>()
    expectTypeOf(settings.timeoutMs).toEqualTypeOf<number>()
  })

  it('reads what is set, trims it, and takes an empty variable for unset', () => {
    const settings = readSettings(spec, {
      T_PORT: '0',
      T_WORKERS: '',
      T_RATIO: ' 1 ',
      T_TIMEOUT: '5m',
      T_FRAME: '1MiB',
      T_URL: 'https://solar.example/base/',
      T_LEVEL: 'warn',
      T_VERBOSE: 'YES',
      T_HINT: 'x',
    })
    expect(settings).toMatchObject({
      port: 0,
      workers: 2,
      ratio: 1,
      timeoutMs: 300_000,
      frameBytes: 1_048_576,
      apiUrl: 'https://solar.example/base',
      level: 'warn',
      verbose: true,
      hint: 'x',
    })
  })

  it('reports all problems in one error, each with variable, form found and form expected', () => {
    const error = problemsOf(
      { ...spec, databaseUrl: setting.url('T_DATABASE', { protocols: ['postgres'], about }) },
      {
        T_PORT: '889912',
        T_WORKERS: '1.5',
        T_RATIO: '-3',
        T_TIMEOUT: '10',
        T_FRAME: '4kB',
        T_URL: 'ftp://host/',
        T_LEVEL: 'verbose',
        T_VERBOSE: 'maybe',
        T_ID: 'Not Allowed',
      },
    )
    expect(error.message.split('\n')).toEqual([
      'T_PORT: found a number of 6 digits, expected a port between 0 and 65535, for example 8899.',
      'T_WORKERS: found a decimal number, expected a whole number between 1 and 8, for example 2.',
      'T_RATIO: found a negative number of 1 digit, expected a number between 0 and 1, for example 0.5.',
      'T_TIMEOUT: found a number of 2 digits, expected a duration between 1s and 5m, for example 10s.',
      'T_FRAME: found a number followed by letters, expected a size of at least 64B, for example 4KiB.',
      'T_URL: found a URL that starts with ftp://, expected a URL that starts with http:// or https://, for example http://127.0.0.1:3000/.',
      'T_LEVEL: found a text of 7 characters, expected one of info, warn.',
      'T_VERBOSE: found a text of 5 characters, expected true or false.',
      'T_ID: found a text of 11 characters, expected lower-case letters.',
      'T_DATABASE: found nothing, expected a URL that starts with postgres://, for example postgres://127.0.0.1:3000.',
    ])
    expect(error.code).toBe('invalid_settings')
    expect(error.problems.map(problem => problem.code)).toEqual([
      'out_of_range',
      'wrong_form',
      'out_of_range',
      'wrong_form',
      'wrong_form',
      'not_allowed',
      'not_allowed',
      'wrong_form',
      'wrong_form',
      'missing',
    ])
  })

  it('names a single bound, and reads on without any', () => {
    const bounded = {
      most: setting.integer('T_MOST', { max: 8, about }),
      least: setting.number('T_LEAST', { min: 0.5, about }),
      free: setting.number('T_FREE', { about }),
      pick: setting.oneOf('T_PICK', { values: ['a', 'b'], optional: true, about }),
      must: setting.oneOf('T_MUST', { values: ['a', 'b'], about }),
    }
    const { message } = problemsOf(bounded, { T_MOST: '9', T_LEAST: '0.1', T_FREE: '1e999' })
    expect(message.split('\n')).toEqual([
      'T_MOST: found a number of 1 digit, expected a whole number of at most 8, for example 8.',
      'T_LEAST: found a decimal number, expected a number of at least 0.5, for example 0.5.',
      'T_FREE: found a text of 5 characters, expected a number, for example 0.5.',
      'T_MUST: found nothing, expected one of a, b.',
    ])
    const free = readSettings(bounded, { T_MOST: '-9', T_LEAST: '1e3', T_FREE: '-2.5', T_MUST: 'b' })
    expect(free).toEqual({ most: -9, least: 1_000, free: -2.5, pick: undefined, must: 'b' })
  })

  it('never shows a value, whatever it is', () => {
    const values = fc.string({ minLength: 6, maxLength: 60 }).filter(value => value.trim().length > 5)
    fc.assert(
      fc.property(values, value => {
        const never = { ...spec, secret: setting.secret('T_SECRET', { minLength: 100, about }) }
        const { message } = problemsOf(never, { T_LEVEL: `${value}#`, T_ID: `${value}#`, T_SECRET: value })
        expect(message).not.toContain(`${value}#`)
        expect(message.replaceAll(/T_\w+: found .*?, expected .*/g, '').trim()).toBe('')
      }),
    )
  })

  it('refuses a default that its own rule refuses: a bug of the declaration', () => {
    expect(() => setting.integer('T_N', { default: 9, max: 8, about })).toThrow(TypeError)
    expect(() => setting.duration('T_D', { default: 'soon', about })).toThrow('The default of T_D')
    expect(() => setting.bytes('T_B', { min: '4kB', about })).toThrow('A bound of T_B')
  })
})

describe('secrets', () => {
  const secretSpec = {
    secret: setting.secret('T_SECRET', { minLength: 8, example: 'change-me-please', about }),
  }
  const file = (name: string, content: string) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }

  it('come from the variable or from a file without its last newline', () => {
    const direct = readSettings(secretSpec, { T_SECRET: 'k9-long-enough' })
    expectTypeOf(direct.secret).toEqualTypeOf<Secret>()
    expect(direct.secret.reveal()).toBe('k9-long-enough')
    const path = file('secret', 'from a file\n')
    expect(readSettings(secretSpec, { T_SECRET_FILE: path }).secret.reveal()).toBe('from a file')
  })

  it.each([
    ['missing', {}, 'found nothing'],
    ['empty_secret', { T_SECRET: '   ' }, 'found an empty secret'],
    ['example_secret', { T_SECRET: 'change-me-please' }, 'found the example from the documentation'],
    ['short_secret', { T_SECRET: 'hunter2' }, 'found a secret of 7 characters'],
    ['set_twice', { T_SECRET: 'a', T_SECRET_FILE: '/b' }, 'found both T_SECRET and T_SECRET_FILE'],
    ['unreadable_file', { T_SECRET_FILE: '/nowhere/at/all' }, 'cannot be read (ENOENT)'],
    ['empty_secret', { T_SECRET_FILE: file('empty', '\n') }, 'found an empty secret'],
  ])('refused with %s', (code, environment, text) => {
    const error = problemsOf(secretSpec, environment)
    expect(error.problems.map(problem => problem.code)).toEqual([code])
    expect(error.message).toContain(text)
    expect(error.message).not.toContain('hunter2')
  })

  it('may be optional', () => {
    const optional = { secret: setting.secret('T_SECRET', { optional: true, about }) }
    expect(readSettings(optional, {}).secret).toBeUndefined()
  })
})

it('has a test for every problem code', async () => {
  const { readFileSync } = await import('node:fs')
  const own = readFileSync(new URL(import.meta.url), 'utf8')
  for (const code of SETTING_PROBLEM_CODES) expect(own).toContain(`'${code}'`)
})
