// The file `.data/local.json` by which other commands find a running `npm start` without any setting.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writePrivateFile } from './private-file.ts'

export interface LocalConnection {
  pid: number
  started_at: string
  database_url: string
  api_url: string | null
  collector: { host: string; port: number } | null
  collector_status_url: string | null
  /** Pages for a Prometheus scrape, by service. */
  metrics_urls: Record<string, string>
  /** Null without lens. */
  lens_url: string | null
  jwt_keys_file: string
  logs_dir: string
  /** Process ids of what `npm start` runs; a later start uses them to stop what a killed one left behind. */
  pids: Record<string, number>
}

export function connectionFilePath(dataDir: string): string {
  return join(dataDir, 'local.json')
}

/** null when there is none or it is cut off: it is a convenience, a broken one must not stop a command. */
export function readConnectionFile(dataDir: string): LocalConnection | null {
  try {
    const value: unknown = JSON.parse(readFileSync(connectionFilePath(dataDir), 'utf8'))
    return isConnection(value) ? value : null
  } catch (error) {
    if (error instanceof SyntaxError || isFileError(error)) return null
    throw error
  }
}

/** 0600: the database URL carries the password. */
export function writeConnectionFile(dataDir: string, connection: LocalConnection): void {
  writePrivateFile(connectionFilePath(dataDir), `${JSON.stringify(connection, null, 2)}\n`)
}

export function removeConnectionFile(dataDir: string): void {
  rmSync(connectionFilePath(dataDir), { force: true })
}

function isConnection(value: unknown): value is LocalConnection {
  const candidate = value as LocalConnection | null
  return (
    typeof candidate === 'object' &&
    candidate !== null &&
    typeof candidate.pid === 'number' &&
    typeof candidate.database_url === 'string' &&
    typeof candidate.pids === 'object'
  )
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}
