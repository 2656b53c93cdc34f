// Holds every package.json, tsconfig and import statement against the table of DESIGN section 3.
import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findImports, packageOf } from './imports.ts'
import {
  isTestFile,
  type Package,
  ROOT,
  readJson,
  readPackages,
  rootManifest,
  SCOPE,
  shown,
} from './workspace.ts'

/** Row may import column. Rows without a folder are of parts to come. Lens takes the two pure packages too: the sun of a site's night, the reading of a kept frame. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'solarman-v5': [],
  domain: [],
  'telemetry-schema': [],
  config: [],
  store: ['domain', 'telemetry-schema', 'config'],
  telemetry: ['telemetry-schema', 'config'],
  monitoring: ['telemetry-schema'],
  api: ['domain', 'store', 'telemetry-schema', 'telemetry', 'config'],
  collector: ['solarman-v5', 'domain', 'telemetry-schema', 'telemetry', 'config'],
  simulator: ['solarman-v5', 'domain', 'config'],
  lens: ['solarman-v5', 'domain', 'telemetry-schema', 'config', 'monitoring'],
  ops: ['solarman-v5', 'domain', 'store', 'telemetry-schema', 'config', 'monitoring'],
  testkit: ['solarman-v5', 'domain', 'store', 'telemetry-schema', 'telemetry', 'config', 'monitoring'],
}
/** For tests of every part, and for nothing else. */
const TESTKIT = 'testkit'
/** Speaks the protocol like a logger, so it needs the byte builders outside of tests too. */
const BUILDS_BYTES = 'simulator'
/** Starts before anything is installed. */
const BOOTSTRAP = 'apps/ops/bootstrap.mjs'

const packages = readPackages()
const rootDevDependencies = Object.keys(rootManifest().devDependencies ?? {})
const inner = (names: string[]) =>
  names.filter(name => name.startsWith(SCOPE)).map(name => name.slice(SCOPE.length))
const runtimeDependencies = ({ manifest }: Package) => [
  ...Object.keys(manifest.dependencies ?? {}),
  ...Object.keys(manifest.optionalDependencies ?? {}),
]

describe('the table', () => {
  it('has a row for every folder of apps and packages', () => {
    expect(packages.map(({ name }) => name).filter(name => MAY_IMPORT[name] === undefined)).toEqual([])
  })

  it('lets nobody import an app, nor testkit', () => {
    const apps = packages.filter(({ kind }) => kind === 'app').map(({ name }) => name)
    expect(
      Object.values(MAY_IMPORT)
        .flat()
        .filter(name => apps.includes(name) || name === TESTKIT),
    ).toEqual([])
  })
})

describe.each(packages)('$name', part => {
  const row = MAY_IMPORT[part.name] ?? []

  it('is called like its folder', () => {
    expect(part.manifest.name).toBe(SCOPE + part.name)
  })

  it('depends on what the table allows', () => {
    expect(inner(runtimeDependencies(part)).filter(name => !row.includes(name))).toEqual([])
    const forTests = inner(Object.keys(part.manifest.devDependencies ?? {}))
    expect(forTests.filter(name => ![...row, TESTKIT].includes(name))).toEqual([])
  })

  it('imports what the table allows and its package.json declares', () => {
    const faults = part.files.flatMap(file => {
      return findImports(readFileSync(file, 'utf8')).flatMap(({ specifier, line }) => {
        const fault = faultOf(part, file, specifier)
        return fault === null ? [] : [`${shown(file)}:${line}: '${specifier}' ${fault}`]
      })
    })
    expect(faults.join('\n')).toBe('')
  })

  it('has project references for its dependencies, no more and no fewer', () => {
    const { references } = readJson(join(part.folder, 'tsconfig.json')) as { references?: { path: string }[] }
    const referenced = (references ?? []).map(({ path }) => shown(resolve(part.folder, path)))
    const folders = inner(runtimeDependencies(part)).map(name =>
      shown(packages.find(other => other.name === name)!.folder),
    )
    expect(referenced.sort()).toEqual(folders.sort())
  })
})

it.each(['tsconfig.json', 'tsconfig.test.json'])('%s refers to every package', file => {
  const { references } = readJson(join(ROOT, file)) as { references: { path: string }[] }
  const folders = packages.map(({ folder }) => shown(folder))
  expect(
    references
      .map(({ path }) => path)
      .filter(path => path !== 'tsconfig.test.json')
      .sort(),
  ).toEqual(folders.sort())
})

/** null when the import is in order. */
function faultOf(part: Package, file: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return relativeFault(part, file, specifier)
  if (isBuiltin(specifier)) return specifier.startsWith('node:') ? null : 'is written without node:'
  if (shown(file) === BOOTSTRAP) return 'is not there before the installation'
  const name = packageOf(specifier)
  if (name === part.manifest.name) return null
  return tableFault(part, file, specifier) ?? declarationFault(part, file, name)
}

function relativeFault(part: Package, file: string, specifier: string): string | null {
  const target = resolve(dirname(file), specifier)
  if (relative(part.folder, target).startsWith('..')) return 'leaves its package'
  const fromTests = isTestFile(file) || relative(part.folder, file).startsWith('src/testing/')
  return relative(part.folder, target).startsWith('src/testing/') && !fromTests ? 'is for tests' : null
}

function tableFault(part: Package, file: string, specifier: string): string | null {
  const name = packageOf(specifier)
  if (!name.startsWith(SCOPE)) return null
  const [imported] = inner([name])
  if (imported === TESTKIT) return isTestFile(file) ? null : 'is for tests'
  if (specifier.endsWith('/testing') && !isTestFile(file) && part.name !== BUILDS_BYTES) return 'is for tests'
  return MAY_IMPORT[part.name]?.includes(imported!) ? null : 'is not in the table of DESIGN section 3'
}

function declarationFault(part: Package, file: string, name: string): string | null {
  if (runtimeDependencies(part).includes(name)) return null
  const onlyForTests = isTestFile(file) || part.name === TESTKIT
  const forTests = [...Object.keys(part.manifest.devDependencies ?? {}), ...rootDevDependencies]
  return onlyForTests && forTests.includes(name) ? null : 'is not declared in its package.json'
}
