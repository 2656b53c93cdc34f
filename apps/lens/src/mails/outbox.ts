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
  /** The server is there and refused this mail, which must not hold up the others. */
  isRefusal?(error: unknown): boolean
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
  /** Attempts that failed, by file. */
  #attempts = new Map<string, number>()
  /** In this round. */
  readonly #tried = new Set<string>()
  #isServerAway = false
  #isClosed = false
  #pause: { timer: NodeJS.Timeout; end: () => void } | null = null
  #sending: Promise<void> | null = null
  #adding: Promise<void> = Promise.resolve()

  private constructor(options: OutboxOptions) {
    this.#options = {
      mailsMax: OUTBOX_MAX,
      firstPauseMs: FIRST_PAUSE_MS,
      longestPauseMs: LONGEST_PAUSE_MS,
      isRefusal: () => false,
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
    // The pause is for those that were refused.
    if (!this.#isServerAway) this.#pause?.end()
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
      if (await this.#sendRound(pauseMs)) {
        pauseMs = this.#options.firstPauseMs
        continue
      }
      // One came after its turn, and nothing says that it would be refused.
      if (!this.#isServerAway && this.#next() !== undefined) continue
      await this.#wait(pauseMs)
      pauseMs = Math.min(2 * pauseMs, this.#options.longestPauseMs)
    }
  }

  /** Each mail once, in order, until the server is away. False when one was not taken; `pauseMs` is until the next round then. */
  async #sendRound(pauseMs: number): Promise<boolean> {
    let isAllTaken = true
    this.#isServerAway = false
    this.#tried.clear()
    for (let name = this.#next(); name !== undefined && !this.#isClosed; name = this.#next()) {
      this.#tried.add(name)
      isAllTaken = (await this.#sendOne(name, pauseMs)) && isAllTaken
      if (this.#isServerAway) return false
    }
    if (isAllTaken) this.#refused = null
    return isAllTaken
  }

  /** The oldest that was not tried in this round. */
  #next(): string | undefined {
    return this.#waiting.find(name => !this.#tried.has(name))
  }

  async #sendOne(name: string, pauseMs: number): Promise<boolean> {
    const mail = await this.#read(name)
    if (mail === null) return true
    try {
      await this.#options.send(mail)
    } catch (error) {
      this.#isServerAway = !this.#options.isRefusal(error)
      this.#failed(name, mail, { reason: (error as Error).message, again_in_ms: pauseMs })
      return false
    }
    this.counters.sent++
    await this.#forget(name)
    return true
  }

  #failed(
    name: string,
    { rule, status }: OutgoingMail,
    about: { reason: string; again_in_ms: number },
  ): void {
    this.counters.failures++
    this.#refused = { sinceMs: this.#refused?.sinceMs ?? this.#options.now(), problem: about.reason }
    const attempt = (this.#attempts.get(name) ?? 0) + 1
    this.#attempts.set(name, attempt)
    this.#options.report('mail was not taken', {
      rule,
      status,
      attempt,
      waiting: this.#waiting.length,
      ...about,
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
    this.#attempts.delete(name)
    await rm(this.#path(name), { force: true })
  }

  #path(name: string): string {
    return join(this.#options.folder, name)
  }
}
