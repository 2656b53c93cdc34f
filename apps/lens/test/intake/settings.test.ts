// The settings reach what they are for: every one of them is used, and the defaults make a lens that starts.
import { describeSettings } from '@deye-hard/config'
import { expect, it } from 'vitest'
import { alertingSettings } from '../../src/alerts/settings.ts'
import {
  engineOptionsOf,
  intakeOptionsOf,
  lensSettings,
  readLensSettings,
  scraperOptionsOf,
} from '../../src/settings.ts'

it('every setting of engine, intake and scraper changes something', () => {
  const settings = readLensSettings({})
  const all = (given: typeof settings) =>
    JSON.stringify([engineOptionsOf(given), intakeOptionsOf(given), scraperOptionsOf(given)])
  const standard = all(settings)
  // Those of alerts and pages follow in the list, and have tests of their own.
  const keys = Object.keys(lensSettings)
  const own = keys.slice(
    0,
    keys.findIndex(key => key in alertingSettings),
  )
  expect(own.length).toBeGreaterThan(30)
  const unused = own.filter(key => {
    const value = settings[key as keyof typeof settings]
    const text = typeof value === 'boolean' ? !value : 'other=http://h'
    const other = typeof value === 'number' ? value + 1 : text
    return all({ ...settings, [key]: other }) === standard
  })
  expect(unused).toEqual([])
})

it('lens listens on this machine only unless told otherwise, and scrapes the API and the collector', () => {
  const settings = readLensSettings({})
  expect(intakeOptionsOf(settings)).toMatchObject({
    grpc: { host: '127.0.0.1', port: 4317 },
    http: { host: '127.0.0.1', port: 4318 },
  })
  expect(scraperOptionsOf(settings).targets.map(({ job }) => job)).toEqual(['solar-api', 'solar-collector'])
  expect(engineOptionsOf(settings).limits.retentionMs).toBe(86_400_000)
})

it('a target list of another form is refused by name', () => {
  expect(() => readLensSettings({ LENS_SCRAPE_TARGETS: 'http://h' })).toThrow(/LENS_SCRAPE_TARGETS/)
  expect(describeSettings(lensSettings).every(({ required }) => !required)).toBe(true)
})
