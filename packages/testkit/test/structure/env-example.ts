// Writes `.env.example` from the settings of every app: node --conditions=source packages/testkit/test/structure/env-example.ts > .env.example
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describeSettings, type SettingDescription, type SettingsSpec } from '@deye-hard/config'
import { COMPOSE_SECTION, type ComposeSection } from './compose-section.ts'
import { readPackages } from './workspace.ts'

const HEAD = `# Every setting of every service. For docker compose: copy it to .env and fill in what stands first; the rest may stay.
# What is commented out is the default. Write a value with $, # or blanks in 'single quotes'.
# Outside of docker compose a secret can also stand in a file that NAME_FILE names.`

export interface AppSettings {
  app: string
  settings: SettingDescription[]
}

/** Apps are imported by a path made at run time: they are read here, not used. */
export async function readAppSettings(): Promise<AppSettings[]> {
  const found: AppSettings[] = []
  for (const { kind, name, folder } of readPackages()) {
    const path = join(folder, 'src/settings.ts')
    if (kind !== 'app' || !existsSync(path)) continue
    const module: Record<string, unknown> = await import(pathToFileURL(path).href)
    // Node gives the exports of a module in the order of their names, vitest in that of the file.
    const specs = Object.keys(module)
      .sort()
      .map(key => module[key])
    found.push({ app: name, settings: specs.filter(isSpec).flatMap(describeSettings) })
  }
  return found
}

/** What docker compose needs comes first; then, once, what several apps read; then each app with its own. */
export function envExample(apps: readonly AppSettings[], compose: ComposeSection = COMPOSE_SECTION): string {
  const users = usersOf(apps)
  const all = apps.flatMap(({ settings }) => settings)
  const filledIn = compose.fillIn.map(name => mustFillIn(find(all, name)))
  const rest = apps.map(({ app, settings }) => ({
    title: app,
    settings: settings
      .filter(({ name }) => !compose.fillIn.includes(name))
      .map(one => unlessFixed(one, compose)),
  }))
  const shared = rest.flatMap(({ settings }) => settings.filter(({ name }) => users.get(name)!.size > 1))
  const own = rest.map(({ title, settings }) => ({
    title,
    settings: settings.filter(({ name }) => users.get(name)!.size === 1),
  }))
  const sections = [
    { title: 'docker compose: fill in', settings: filledIn },
    { title: 'docker compose', settings: [...compose.own] },
    { title: 'several services', settings: shared },
    ...own,
  ]
  const texts = sections.filter(({ settings }) => settings.length > 0).map(writeSection)
  return `${[HEAD, ...texts].join('\n\n')}\n`
}

function find(settings: readonly SettingDescription[], name: string): SettingDescription {
  const found = settings.find(setting => setting.name === name)
  if (!found) throw new Error(`No app reads ${name}, which compose-section.ts wants filled in`)
  return found
}

/** Of the ways to give a secret, docker compose has only the one in .env. */
function mustFillIn(setting: SettingDescription): SettingDescription {
  return { ...setting, required: true, form: setting.secret ? 'a secret of your own' : setting.form }
}

/** An empty line for it would read as if a person had to fill it in. */
function unlessFixed(setting: SettingDescription, { fixed }: ComposeSection): SettingDescription {
  if (!fixed.includes(setting.name)) return setting
  return { ...setting, required: false, about: `${setting.about} (set by docker-compose.yml)` }
}

function usersOf(apps: readonly AppSettings[]): Map<string, Set<string>> {
  const users = new Map<string, Set<string>>()
  for (const { app, settings } of apps) {
    for (const { name } of settings) users.set(name, (users.get(name) ?? new Set()).add(app))
  }
  return users
}

function writeSection({ title, settings }: { title: string; settings: SettingDescription[] }): string {
  const once = new Map(settings.map(setting => [setting.name, setting]))
  const lines = [...once.values()].map(
    setting => `\n# ${setting.about}: ${setting.form}\n${writeLine(setting)}`,
  )
  return `# ---- ${title} ----\n${lines.join('\n')}`
}

/** Only what must be set stands uncommented, and empty: an empty variable counts as unset, so the error names it. */
function writeLine({ name, required, default: standard }: SettingDescription): string {
  return required ? `${name}=` : `# ${name}=${standard ?? ''}`
}

function isSpec(value: unknown): value is SettingsSpec {
  if (typeof value !== 'object' || value === null) return false
  const settings: unknown[] = Object.values(value)
  return settings.length > 0 && settings.every(isSetting)
}

function isSetting(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'defaultText' in value && 'parse' in value
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(envExample(await readAppSettings()))
}
