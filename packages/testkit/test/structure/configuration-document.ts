// `npm run docs`: writes docs/configuration.md, every variable with its meaning, form and default, from the settings of the apps.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SettingDescription } from '@deye-hard/config'
import { COMPOSE_SECTION, type ComposeSection } from './compose-section.ts'
import { type AppSettings, readAppSettings } from './env-example.ts'
import { ROOT } from './workspace.ts'

export const CONFIGURATION_FILE = 'docs/configuration.md'

const HEAD = `# Configuration

<!-- Written by \`npm run docs\` from src/settings.ts of the apps and packages/testkit/test/structure/compose-section.ts; do not edit. -->

Services read their variables once, when they start. A value of a wrong form ends the start with exit code 78 and a sentence that names the variable and the form expected.

- **docker compose** reads them from \`.env\` beside \`docker-compose.yml\`: \`cp .env.example .env\`. Write a value with \`$\`, \`#\` or blanks in 'single quotes'. After a change: \`docker compose up -d\`.
- **\`npm start\`** and single commands read the environment of the shell.
- An empty variable counts as unset.
- Durations are a number and \`ms\`, \`s\`, \`m\`, \`h\` or \`d\`; sizes a number and \`B\`, \`KiB\`, \`MiB\`, \`GiB\`.
- **secret**: outside of docker compose \`NAME_FILE\` can name a file that holds it, instead of \`NAME\`.
- **docker compose** in the last column: \`docker-compose.yml\` gives that value itself, and one in \`.env\` has no effect.

What docker compose makes itself and nobody types (passwords of the database roles, signing keys, the collector's secret) stands in [security.md](security.md).`

const COLUMNS = '| variable | what | form | default | docker compose |\n| --- | --- | --- | --- | --- |'

interface Section {
  title: string
  about: string
  settings: readonly SettingDescription[]
}

/** As many variables as in `.env.example`, in the same order, each of them once. */
export function configurationDocument(
  apps: readonly AppSettings[],
  composeFile: string,
  compose: ComposeSection = COMPOSE_SECTION,
): string {
  const given = valuesOf(composeFile)
  const sections = sectionsOf(apps, compose).filter(({ settings }) => settings.length > 0)
  return `${[HEAD, ...sections.map(section => writeSection(section, given))].join('\n\n')}\n`
}

export function readComposeFile(): string {
  return readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8')
}

/** Variables with a value that `.env` does not reach; a setting without a value, or with one that asks for itself, comes from there. */
function valuesOf(composeFile: string): Map<string, string> {
  const lines = composeFile.matchAll(/^ +([A-Z][A-Z0-9_]*): *([^\n#]+?) *$/gm)
  return new Map(
    [...lines]
      .map(([, name, value]) => [name!, value!.replaceAll(/^["']|["']$/g, '')] as const)
      .filter(([name, value]) => !value.includes(`{${name}`) && !/^[*&]/.test(value))
      .flatMap(([name, value]): [string, string][] => [
        [name, `\`${value}\``],
        [name.replace(/_FILE$/, ''), name.endsWith('_FILE') ? 'a file that it makes' : `\`${value}\``],
      ]),
  )
}

function sectionsOf(apps: readonly AppSettings[], compose: ComposeSection): Section[] {
  const once = new Map(apps.flatMap(({ settings }) => settings).map(setting => [setting.name, setting]))
  const usersOf = (name: string) =>
    apps.filter(({ settings }) => settings.some(setting => setting.name === name)).map(({ app }) => app)
  const rest = [...once.values()].filter(({ name }) => !compose.fillIn.includes(name))
  return [
    {
      title: 'To fill in',
      about: '`docker compose up` refuses to start while one of these is empty or equal to an example.',
      settings: compose.fillIn.map(name => ({ ...once.get(name)!, required: true })),
    },
    {
      title: 'docker compose alone',
      about: 'Read by `docker-compose.yml` and its overlays in `deploy/`; the services do not see them.',
      settings: compose.own,
    },
    {
      title: 'Several services',
      about: 'The same to each that reads it.',
      settings: rest.filter(({ name }) => usersOf(name).length > 1),
    },
    ...apps.map(({ app }) => ({
      title: app,
      about: `Declared in [apps/${app}/src/settings.ts](../apps/${app}/src/settings.ts) or in what that file takes from the packages.`,
      settings: rest.filter(({ name }) => usersOf(name).length === 1 && usersOf(name)[0] === app),
    })),
  ]
}

function writeSection({ title, about, settings }: Section, given: ReadonlyMap<string, string>): string {
  return [`## ${title}`, about, `${COLUMNS}\n${settings.map(one => row(one, given)).join('\n')}`].join('\n\n')
}

function row(setting: SettingDescription, given: ReadonlyMap<string, string>): string {
  const { name, about, form, secret, required, default: standard } = setting
  // How a secret may be given stands in the list above.
  const shownForm = secret ? 'secret' : form
  const shownDefault = standard === null ? (required ? 'none, required' : 'unset') : `\`${standard}\``
  const cells = [`\`${name}\``, about, shownForm, shownDefault, given.get(name) ?? '']
  return `| ${cells.map(cell).join(' | ')} |`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(
    join(ROOT, CONFIGURATION_FILE),
    configurationDocument(await readAppSettings(), readComposeFile()),
  )
}
