// docker-compose.yml and its overlays as the offline tests see them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { PROJECT_ROOT } from '../../src/project.ts'

const MIB = 1024 ** 2
const MEMORY_UNITS: Record<string, number> = { m: MIB, g: 1024 * MIB }

export const OVERLAYS = ['deploy/compose.tls.yml', 'deploy/compose.small.yml']

export interface Service {
  image: string
  build?: { target: string; args: Record<string, string> }
  command?: string[] | string
  user?: string
  profiles?: string[]
  environment?: Record<string, string | null>
  volumes?: string[]
  networks?: string[]
  network_mode?: string
  ports?: string[]
  read_only?: boolean
  cap_drop?: string[]
  cap_add?: string[]
  security_opt?: string[]
  privileged?: boolean
  logging?: { driver: string; options: Record<string, string> }
  restart?: string
  cpus?: number
  mem_limit?: string
  pids_limit?: number
  healthcheck?: { test: string[]; disable?: boolean }
  depends_on?: Record<string, { condition: string }>
}

export interface ComposeFile {
  services: Record<string, Service>
  networks: Record<string, { internal?: boolean } | null>
  volumes: Record<string, unknown>
  'x-images': Record<string, string>
}

export function readProjectFile(path: string): string {
  return readFileSync(join(PROJECT_ROOT, path), 'utf8')
}

export function readCompose(path = 'docker-compose.yml'): ComposeFile {
  const reset = { tag: '!reset', collection: 'seq', identify: () => false, resolve: () => undefined } as const
  return parse(readProjectFile(path), { merge: true, customTags: [reset] }) as ComposeFile
}

/** Bytes of `512m`. */
export function memoryBytes(text: string): number {
  const unit = MEMORY_UNITS[text.slice(-1)]
  if (unit === undefined) throw new TypeError(`${text} is no size in m or g`)
  return Number(text.slice(0, -1)) * unit
}

/** Runs one command and ends: what waits for it waits for its end, or nothing does and it never restarts. */
export function isTask({ restart }: Service): boolean {
  return restart === 'no'
}

/** Names in `${NAME…}`; `$$` is a dollar sign. */
export function interpolatedNames(path: string): string[] {
  const text = readProjectFile(path).replaceAll('$$', '')
  return [...new Set([...text.matchAll(/\$\{([A-Z][A-Z0-9_]*)/g)].map(([, name]) => name!))]
}

/** Name and default of each `${NAME:-default}`, once. */
export function interpolatedDefaults(path: string): [string, string][] {
  const text = readProjectFile(path).replaceAll('$$', '')
  const found = [...text.matchAll(/\$\{([A-Z][A-Z0-9_]*):-([^{}$]+)\}/g)]
  return [...new Map(found.map(([, name, value]) => [name!, value!]))]
}

/** Values that `.env.example` shows as defaults. */
export function exampleDefaults(): Map<string, string> {
  const lines = readProjectFile('.env.example').matchAll(/^# ([A-Z][A-Z0-9_]*)=(.+)$/gm)
  return new Map([...lines].map(([, name, value]) => [name!, value!]))
}

/** Names that `.env.example` lists, by the section they stand in. */
export function exampleSections(): Map<string, string[]> {
  const sections = readProjectFile('.env.example').split(/^# ---- (.*) ----$/m)
  const found = new Map<string, string[]>()
  for (let at = 1; at < sections.length; at += 2) {
    const names = [...sections[at + 1]!.matchAll(/^(?:# )?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name!)
    found.set(sections[at]!, names)
  }
  return found
}
