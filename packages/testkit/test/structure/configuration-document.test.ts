// docs/configuration.md has every variable of `.env.example`, once, and is what `npm run docs` writes.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { CONFIGURATION_FILE, configurationDocument, readComposeFile } from './configuration-document.ts'
import { readAppSettings } from './env-example.ts'
import { ROOT } from './workspace.ts'

const apps = await readAppSettings()
const composeFile = readComposeFile()

it('docs/configuration.md is what the settings of the apps give', () => {
  const present = readFileSync(join(ROOT, CONFIGURATION_FILE), 'utf8')
  expect(present, 'docs/configuration.md is out of date; write it anew: npm run docs').toBe(
    configurationDocument(apps, composeFile),
  )
})

it('has the variables of .env.example and no others, each once', () => {
  const example = readFileSync(join(ROOT, '.env.example'), 'utf8')
  const wanted = [...example.matchAll(/^(?:# )?([A-Z][A-Z0-9_]*)=/gm)].map(match => match[1]!)
  const present = [...configurationDocument(apps, composeFile).matchAll(/^\| `([A-Z][A-Z0-9_]*)` \|/gm)].map(
    match => match[1]!,
  )
  expect(present.toSorted()).toEqual(wanted.toSorted())
})

it('says how a value comes about: default, secret, by a person, by docker-compose.yml', () => {
  const text = { about: 'About', form: 'a text', example: null, secret: false, required: false }
  const settings = [
    { ...text, name: 'A_DEFAULT', form: 'one of a | b', default: 'a' },
    { ...text, name: 'A_SECRET', default: null, secret: true, required: true },
    { ...text, name: 'A_URL', default: 'here' },
    { ...text, name: 'A_MAIL', default: null },
  ]
  const lines = [
    '      A_DEFAULT:',
    '      A_SECRET_FILE: /run/a',
    '      A_URL: "http://there"',
    `      A_MAIL: \${A_MAIL:?who}`,
  ]
  const compose = { fillIn: ['A_MAIL'], own: [], fixed: [] }
  const document = configurationDocument([{ app: 'api', settings }], lines.join('\n'), compose)
  expect(document.match(/^\| `A_.*$/gm)).toEqual([
    '| `A_MAIL` | About | a text | none, required |  |',
    '| `A_DEFAULT` | About | one of a \\| b | `a` |  |',
    '| `A_SECRET` | About | secret | none, required | a file that it makes |',
    '| `A_URL` | About | a text | `here` | `http://there` |',
  ])
})
