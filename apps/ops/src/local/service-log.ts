// Keeps what a service prints in a file of bounded size, with the run before it beside it.
import { closeSync, existsSync, openSync, renameSync, writeSync } from 'node:fs'

/** Two files of this size per service at most: the current one and the one before. */
export const LOG_FILE_MAX_BYTES = 20 * 1024 ** 2
const LAST_LINES_KEPT = 20

export class ServiceLog {
  readonly path: string
  readonly #maxBytes: number
  readonly #lastLines: string[] = []
  #file: number
  #bytes = 0

  /** The file of the last run becomes `<name>.log.1`. */
  constructor(path: string, maxBytes = LOG_FILE_MAX_BYTES) {
    this.path = path
    this.#maxBytes = maxBytes
    this.#file = this.#openFresh()
  }

  /** Synchronous: the lines before a crash are the ones that matter. A full disk loses log lines, not the run. */
  write(line: string): void {
    this.#lastLines.push(line)
    if (this.#lastLines.length > LAST_LINES_KEPT) this.#lastLines.shift()
    const bytes = Buffer.from(`${line}\n`)
    if (this.#bytes + bytes.length > this.#maxBytes) this.#rotate()
    try {
      this.#bytes += writeSync(this.#file, bytes)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }

  lastLines(count: number): string[] {
    return this.#lastLines.slice(-count)
  }

  close(): void {
    closeSync(this.#file)
  }

  #rotate(): void {
    closeSync(this.#file)
    this.#file = this.#openFresh()
    this.#bytes = 0
  }

  #openFresh(): number {
    if (existsSync(this.path)) renameSync(this.path, `${this.path}.1`)
    return openSync(this.path, 'w', 0o600)
  }
}
