// The list of settings, misspelt variables, and the words for the form of a value.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeSettings, setting, unknownSettings } from './index.ts'
import { describeForm } from './value-form.ts'

const spec = {
  port: setting.port('API_PORT', { default: 3000, about: 'TCP port' }),
  graceMs: setting.duration('API_GRACE', { default: 5_000, about: 'Time to drain' }),
  secret: setting.secret('API_SECRET', { about: 'A secret' }),
}

it('describes each setting with its default as it would be written', () => {
  expect(describeSettings(spec)).toMatchObject([
    { name: 'API_PORT', about: 'TCP port', default: '3000', secret: false, required: false },
    { name: 'API_GRACE', about: 'Time to drain', default: '5s', secret: false, required: false },
    { name: 'API_SECRET', about: 'A secret', default: null, secret: true, required: true },
  ])
})

it('points from a misspelt variable to the one that was meant', () => {
  const environment = {
    API_PROT: '1',
    API_PORT: '2',
    API_SECRET_FILE: '/x',
    API_COLOUR_OF_SKY: '3',
    PATH: '/bin',
  }
  expect(unknownSettings(spec, environment, 'API_')).toEqual([
    { name: 'API_PROT', meant: 'API_PORT' },
    { name: 'API_COLOUR_OF_SKY', meant: null },
  ])
})

describe('the form of a value', () => {
  it.each([
    ['', 'nothing'],
    ['  ', 'only spaces'],
    ['123456', 'a number of 6 digits'],
    ['-1', 'a negative number of 1 digit'],
    ['0.5', 'a decimal number'],
    ['10 kB', 'a number followed by letters'],
    ['Mysql://u:p@h/', 'a URL that starts with mysql://'],
    ['a', 'a text of 1 character'],
  ])('"%s" is %s', (text, form) => {
    expect(describeForm(text)).toBe(form)
  })

  it('gives no value away', () => {
    const value = fc.stringMatching(/^[a-z0-9]{8,20}:[A-Z0-9]{8,20}$/)
    fc.assert(
      fc.property(value, text => {
        expect(describeForm(text)).toMatch(/^a text of \d+ characters$/)
      }),
    )
  })
})
