// `.env.example` names every setting of every app with its default, and nothing else.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { COMPOSE_SECTION } from './compose-section.ts'
import { envExample, readAppSettings } from './env-example.ts'
import { ROOT } from './workspace.ts'

const COMMAND = 'node --conditions=source packages/testkit/test/structure/env-example.ts > .env.example'

const apps = await readAppSettings()

it('.env.example is what the settings of the apps give', () => {
  const path = join(ROOT, '.env.example')
  const present = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const message = `.env.example differs from src/settings.ts of the apps; write it anew in the root folder:\n  ${COMMAND}\n`
  expect(present, message).toBe(envExample(apps))
})

it('what must be set stands uncommented, defaults are shown, and what is shared comes once', () => {
  const text = { about: 'About', form: 'a text', example: null, secret: false, required: false }
  const shared = { ...text, name: 'LOG_LEVEL', default: 'info' }
  const must = { ...text, name: 'API_SECRET', default: null, secret: true, required: true }
  const may = { ...text, name: 'API_HINT', default: null }
  const mail = { ...text, name: 'MAIL_TO', default: null }
  const url = { ...text, name: 'API_URL', default: null, required: true }
  const port = { ...text, name: 'PUBLISH', default: '80' }
  const example = envExample(
    [
      { app: 'api', settings: [shared, must, may] },
      { app: 'ops', settings: [shared, mail, url] },
    ],
    { fillIn: ['MAIL_TO'], own: [port], fixed: ['API_URL'] },
  )
  expect(example.match(/^(# )?[A-Z_]+=.*$|^# ----.*$/gm)).toEqual([
    '# ---- docker compose: fill in ----',
    'MAIL_TO=',
    '# ---- docker compose ----',
    '# PUBLISH=80',
    '# ---- several services ----',
    '# LOG_LEVEL=info',
    '# ---- api ----',
    'API_SECRET=',
    '# API_HINT=',
    '# ---- ops ----',
    '# API_URL=',
  ])
})

it('who copies .env.example has to fill in five values and no more', () => {
  const uncommented = envExample(apps).match(/^[A-Z_]+=.*$/gm)
  expect(uncommented).toEqual(COMPOSE_SECTION.fillIn.map(name => `${name}=`))
  expect(uncommented).toHaveLength(5)
})

it('docker compose gives a value only to settings that there are, and takes no name of theirs for itself', () => {
  const known = apps.flatMap(({ settings }) => settings.map(({ name }) => name))
  expect(COMPOSE_SECTION.fixed.filter(name => !known.includes(name))).toEqual([])
  expect(COMPOSE_SECTION.own.filter(({ name }) => known.includes(name))).toEqual([])
})

it('a variable that several apps read means the same to each of them', () => {
  const byName = Map.groupBy(
    apps.flatMap(({ settings }) => settings),
    ({ name }) => name,
  )
  for (const [name, [first, ...others]] of byName) {
    for (const { form, default: standard } of others) {
      expect({ name, form, standard }).toEqual({ name, form: first!.form, standard: first!.default })
    }
  }
})

describe.each(apps)('$app', ({ settings }) => {
  it('names its variables in capitals and says what they are for', () => {
    for (const { name, about } of settings) {
      expect(name).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/)
      expect(about.length, `about of ${name}`).toBeGreaterThan(5)
      expect(about, `about of ${name} is one line without a full stop`).toMatch(/^[^\n]*[^.\n]$/)
    }
  })

  it('has a default for no secret', () => {
    expect(settings.filter(setting => setting.secret && setting.default !== null)).toEqual([])
  })
})
