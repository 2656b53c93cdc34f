// Settings of the apps and variables of the compose files: each of them is known to the other side.
import { describe, expect, it } from 'vitest'
import {
  exampleDefaults,
  exampleSections,
  interpolatedDefaults,
  interpolatedNames,
  OVERLAYS,
  readCompose,
} from './compose-files.ts'

const compose = readCompose()
const sections = exampleSections()
const standard = exampleDefaults()
const known = new Set([...sections.values()].flat())
const ownServices = Object.entries(compose.services).filter(([, { image }]) => image.startsWith('deye-hard/'))

function environmentOf(service: string): string[] {
  return Object.keys(compose.services[service]?.environment ?? {})
}

/** A secret may be given as a file. */
function settingOf(variable: string): string {
  return known.has(variable) ? variable : variable.replace(/_FILE$/, '')
}

it.each(ownServices)('%s gets only variables that its program reads', (_name, { environment = {} }) => {
  expect(Object.keys(environment).filter(variable => !known.has(settingOf(variable)))).toEqual([])
})

describe.each([
  ['api', 'api'],
  ['collector', 'collector'],
  ['simulator', 'simulator'],
  ['ops', 'ops'],
])('settings of %s', (section, service) => {
  it('can all be set in .env, or are set by the compose file', () => {
    const given = environmentOf(service).map(settingOf)
    expect(sections.get(section)!.filter(name => !given.includes(name))).toEqual([])
  })
})

it('settings that several services share reach api and collector', () => {
  const given = [...environmentOf('api'), ...environmentOf('collector'), ...environmentOf('ops')].map(
    settingOf,
  )
  expect(sections.get('several services')!.filter(name => !given.includes(name))).toEqual([])
})

it('what a person fills in is refused when it is empty', () => {
  const required = sections.get('docker compose: fill in')!
  const environment = compose.services.prepare!.environment!
  const checked = ['ALERT_EMAIL_TO', 'SIGNOZ_PASSWORD', 'SMTP_HOST']
  for (const name of checked) expect(environment[name]).toMatch(`\${${name}:?`)
  // A relay and the catcher of the profile demo take no login, so only the script can tell.
  expect(required.filter(name => !(name in environment))).toEqual([])
})

it('defaults that docker-compose.yml repeats are those of the programs', () => {
  const differing = interpolatedDefaults('docker-compose.yml').filter(
    ([name, value]) => standard.has(name) && standard.get(name) !== value,
  )
  expect(interpolatedDefaults('docker-compose.yml')).toContainEqual(['SIGNOZ_EMAIL', expect.anything()])
  expect(differing).toEqual([])
})

it('who gets the mails, which may be several, is nothing else as well', () => {
  const users = Object.values(compose.services).flatMap(({ environment = {} }) =>
    Object.entries(environment).filter(([, value]) => String(value).includes('ALERT_EMAIL_TO')),
  )
  expect(new Set(users.map(([name]) => name))).toEqual(new Set(['ALERT_EMAIL_TO']))
})

it.each(['docker-compose.yml', ...OVERLAYS])('%s asks for variables that .env.example explains', path => {
  expect(interpolatedNames(path).filter(name => !known.has(name))).toEqual([])
})

it('variables of the section docker compose are asked for', () => {
  const asked = new Set(['docker-compose.yml', ...OVERLAYS].flatMap(interpolatedNames))
  const passed = new Set(Object.values(compose.services).flatMap(one => Object.keys(one.environment ?? {})))
  expect(sections.get('docker compose')!.filter(name => !asked.has(name) && !passed.has(name))).toEqual([])
})
