// Where this clone is, so that commands find `.data` and the other apps from any working directory.
import { join, resolve } from 'node:path'

export const PROJECT_ROOT = resolve(import.meta.dirname, '../../..')
export const DEFAULT_DATA_DIR = join(PROJECT_ROOT, '.data')

export function appEntry(app: 'api' | 'collector' | 'simulator' | 'lens'): string {
  return join(PROJECT_ROOT, 'apps', app, 'src', 'main.ts')
}
