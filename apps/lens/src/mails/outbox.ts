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
  now?(): number
  /** Constant text and fields, for the log: of each attempt that failed, and of what is lost. */
  report?(event: string, fields: Readonly<Record<string, unknown>>): void
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

/** What a reader must know while a server does not take what is due. */
export interface OutboxView {
  waiting: number
  /** When the attempts began to fail; null after a good one. */
  refusedSinceMs: number | null
  /** Why the last attempt failed; null after a good one. */
  lastProblem: string | null
}

export class Outbox {
  readonly counters: OutboxCounters = { sent: 0, failures: 0, dropped: 0, unreadable: 0 }
  readonly #options: Required<OutboxOptions>
  /** Names of files, oldest first. */
  #waiting: string[] = []
  #number = 0
  #refused: { sinceMs: number; problem: string } | null = null
  /** Of the mail that is first. */
  #attempt = { name: '', count: 0 }
  #isClosed = false
  #pause: { timer: NodeJS.Timeout; end: () => void } | null = null
  #sending: Promise<void> | null = null
  #adding: Promise<void> = Promise.resolve()

  private constructor(options: OutboxOptions) {
    this.#options = {
      mailsMax: OUTBOX_MAX,
      firstPauseMs: FIRST_PAUSE_MS,
      longestPauseMs: LONGEST_PAUSE_MS,
      now: Date.now,
      report: () => {},
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

  get view(): OutboxView {
    return {
      waiting: this.#waiting.length,
      refusedSinceMs: this.#refused?.sinceMs ?? null,
      lastProblem: this.#refused?.problem ?? null,
    }
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
      const file = this.#waiting[0]!
      this.#options.report('mail was dropped, too many wait', { file, mails_max: this.#options.mailsMax })
      await this.#forget(file)
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
      const isSent = await this.#sendFirst(this.#waiting[0]!, pauseMs)
      if (isSent) {
        pauseMs = this.#options.firstPauseMs
        continue
      }
      await this.#wait(pauseMs)
      pauseMs = Math.min(2 * pauseMs, this.#options.longestPauseMs)
    }
  }

  /** `pauseMs`: until the next attempt, if this one fails. */
  async #sendFirst(name: string, pauseMs: number): Promise<boolean> {
    const mail = await this.#read(name)
    if (mail === null) return true
    this.#attempt = { name, count: this.#attempt.name === name ? this.#attempt.count + 1 : 1 }
    try {
      await this.#options.send(mail)
    } catch (error) {
      this.#failed(mail, (error as Error).message, pauseMs)
      return false
    }
    this.counters.sent++
    this.#refused = null
    await this.#forget(name)
    return true
  }

  #failed({ rule, status }: OutgoingMail, reason: string, pauseMs: number): void {
    this.counters.failures++
    this.#refused = { sinceMs: this.#refused?.sinceMs ?? this.#options.now(), problem: reason }
    this.#options.report('mail was not taken', {
      rule,
      status,
      attempt: this.#attempt.count,
      again_in_ms: pauseMs,
      waiting: this.#waiting.length,
      reason,
    })
  }

  /** Null for a file that is no mail: it is counted and goes. */
  async #read(name: string): Promise<OutgoingMail | null> {
    try {
      return JSON.parse(await readFile(this.#path(name), 'utf8')) as OutgoingMail
    } catch {
      // It is gone already when it was dropped meanwhile.
      if (this.#waiting.includes(name)) {
        this.counters.unreadable++
        this.#options.report('mail in the outbox cannot be read', { file: name })
      }
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
