// Mails on their way: kept on disk until a server has taken them, tried again with growing pauses, bounded in number.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const ENDING = '.json'

export interface OutgoingMail {
  /** Of the notification. */
  atMs: number
  rule: string
  status: string
  subject: string
  html: string
  text: string
}

export interface OutboxOptions {
  folder: string
  /** Rejects when the server did not take the mail. */
  send(mail: OutgoingMail): Promise<void>
  mailsMax?: number
  firstPauseMs?: number
  longestPauseMs?: number
}

export const OUTBOX_MAX = 200
export const FIRST_PAUSE_MS = 1_000
export const LONGEST_PAUSE_MS = 300_000

export interface OutboxCounters {
  sent: number
  failures: number
  /** Oldest ones that went because there were too many. */
  dropped: number
  unreadable: number
}

export class Outbox {
  readonly counters: OutboxCounters = { sent: 0, failures: 0, dropped: 0, unreadable: 0 }
  readonly #options: Required<OutboxOptions>
  /** Names of files, oldest first. */
  #waiting: string[] = []
  #number = 0
  #lastProblem: string | null = null
  #isClosed = false
  #pause: { timer: NodeJS.Timeout; end: () => void } | null = null
  #sending: Promise<void> | null = null
  #adding: Promise<void> = Promise.resolve()

  private constructor(options: OutboxOptions) {
    this.#options = {
      mailsMax: OUTBOX_MAX,
      firstPauseMs: FIRST_PAUSE_MS,
      longestPauseMs: LONGEST_PAUSE_MS,
      ...options,
    }
  }

  /** Goes on with what the last run did not send. */
  static async open(options: OutboxOptions): Promise<Outbox> {
    await mkdir(options.folder, { recursive: true })
    const outbox = new Outbox(options)
    outbox.#waiting = (await readdir(options.folder)).filter(file => file.endsWith(ENDING)).sort()
    outbox.#number = outbox.#waiting.length
    outbox.#work()
    return outbox
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** Why the last attempt failed; null after a good one. */
  get lastProblem(): string | null {
    return this.#lastProblem
  }

  /** Resolves when the mail is on disk. Rejects when the disk does not take it. */
  add(mail: OutgoingMail): Promise<void> {
    const added = this.#adding.then(() => this.#write(mail))
    this.#adding = added.catch(() => {})
    return added
  }

  /** Waits for the attempt that runs; what is not sent stays for the next start. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#pause?.end()
    await this.#adding
    await this.#sending
  }

  async #write(mail: OutgoingMail): Promise<void> {
    const name = `${String(mail.atMs).padStart(15, '0')}-${String(++this.#number).padStart(6, '0')}${ENDING}`
    await writeFile(`${this.#path(name)}.new`, JSON.stringify(mail), { mode: 0o600 })
    await rename(`${this.#path(name)}.new`, this.#path(name))
    this.#waiting.push(name)
    // The first one may be under way.
    while (this.#waiting.length > this.#options.mailsMax) {
      this.counters.dropped++
      await this.#forget(this.#waiting[0]!)
    }
    this.#work()
  }

  #work(): void {
    if (this.#sending !== null || this.#isClosed) return
    this.#sending = this.#sendAll().finally(() => {
      this.#sending = null
      // One may have come after the last look.
      if (this.#waiting.length > 0) this.#work()
    })
  }

  async #sendAll(): Promise<void> {
    let pauseMs = this.#options.firstPauseMs
    while (this.#waiting.length > 0 && !this.#isClosed) {
      const isSent = await this.#sendFirst(this.#waiting[0]!)
      if (isSent) {
        pauseMs = this.#options.firstPauseMs
        continue
      }
      await this.#wait(pauseMs)
      pauseMs = Math.min(2 * pauseMs, this.#options.longestPauseMs)
    }
  }

  async #sendFirst(name: string): Promise<boolean> {
    const mail = await this.#read(name)
    if (mail === null) return true
    try {
      await this.#options.send(mail)
    } catch (error) {
      this.counters.failures++
      this.#lastProblem = (error as Error).message
      return false
    }
    this.counters.sent++
    this.#lastProblem = null
    await this.#forget(name)
    return true
  }

  /** Null for a file that is no mail: it is counted and goes. */
  async #read(name: string): Promise<OutgoingMail | null> {
    try {
      return JSON.parse(await readFile(this.#path(name), 'utf8')) as OutgoingMail
    } catch {
      // It is gone already when it was dropped meanwhile.
      if (this.#waiting.includes(name)) this.counters.unreadable++
      await this.#forget(name)
      return null
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise(resolve => {
      const end = () => {
        clearTimeout(timer)
        this.#pause = null
        resolve()
      }
      const timer = setTimeout(end, ms)
      timer.unref()
      this.#pause = { timer, end }
    })
  }

  async #forget(name: string): Promise<void> {
    this.#waiting = this.#waiting.filter(waiting => waiting !== name)
    await rm(this.#path(name), { force: true })
  }

  #path(name: string): string {
    return join(this.#options.folder, name)
  }
}
