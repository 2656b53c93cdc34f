// The packages and source files of the repository as the structure tests see them.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../../..')
export const SCOPE = '@deye-hard/'
const SOURCE_FILE = /\.(ts|mjs)$/
const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', 'coverage', 'vectors'])

export interface Manifest {
  name: string
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

export interface Package {
  /** Without scope: `api`, `store`. */
  name: string
  kind: 'app' | 'package'
  /** Absolute. */
  folder: string
  manifest: Manifest
  /** Absolute paths of every source file. */
  files: string[]
}

export function readPackages(): Package[] {
  const kinds = { apps: 'app', packages: 'package' } as const
  return (['apps', 'packages'] as const).flatMap(parent =>
    readdirSync(join(ROOT, parent), { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(entry => readPackage(join(ROOT, parent, entry.name), kinds[parent])),
  )
}

export function rootManifest(): Manifest {
  return readJson(join(ROOT, 'package.json')) as Manifest
}

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** Path from the root with slashes, as people write it. */
export function shown(path: string): string {
  return relative(ROOT, path).split(sep).join('/')
}

/** Tests, their fixtures and benchmarks may use development dependencies. */
export function isTestFile(path: string): boolean {
  return /\.test\.ts$|\/(test|bench)\//.test(shown(path))
}

function readPackage(folder: string, kind: Package['kind']): Package {
  const manifest = readJson(join(folder, 'package.json')) as Manifest
  return { name: basename(folder), kind, folder, manifest, files: sourceFiles(folder) }
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : sourceFiles(path)
    return SOURCE_FILE.test(entry.name) ? [path] : []
  })
}
