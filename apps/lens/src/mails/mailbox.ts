// Mails on disk, one file each, the newest ones; read back after a restart, bounded in number and in bytes.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ParsedMail, simpleParser } from 'mailparser'

const ENDING = '.eml'
/** Of mails that lens sends: which rule, and whether it fires. */
export const RULE_HEADER = 'x-deye-rule'
export const STATUS_HEADER = 'x-deye-status'

export interface MailboxLimits {
  mailsMax: number
  bytesMax: number
}

export const MAILBOX_LIMITS: MailboxLimits = { mailsMax: 500, bytesMax: 50 * 1_024 * 1_024 }

export interface MailSummary {
  /** Name of the file, without its ending. */
  id: string
  receivedMs: number
  bytes: number
  from: string
  to: string
  subject: string
  /** Null for mails that lens did not send. */
  rule: string | null
  status: string | null
}

export interface Mail extends MailSummary {
  html: string | null
  text: string | null
}

export interface MailboxCounters {
  received: number
  /** Old ones that went because of a limit. */
  dropped: number
  /** Files that could not be read at the start; they stay where they are. */
  unreadable: number
}

export class Mailbox {
  readonly counters: MailboxCounters = { received: 0, dropped: 0, unreadable: 0 }
  readonly #folder: string
  readonly #limits: MailboxLimits
  /** Oldest first. */
  #mails: MailSummary[] = []
  #number = 0

  private constructor(folder: string, limits: MailboxLimits) {
    this.#folder = folder
    this.#limits = limits
  }

  static async open(folder: string, limits: MailboxLimits = MAILBOX_LIMITS): Promise<Mailbox> {
    await mkdir(folder, { recursive: true })
    const mailbox = new Mailbox(folder, limits)
    const files = (await readdir(folder)).filter(file => file.endsWith(ENDING)).sort()
    for (const file of files) await mailbox.#readBack(file.slice(0, -ENDING.length))
    await mailbox.#dropOldest()
    return mailbox
  }

  /** Newest first. */
  list(): readonly MailSummary[] {
    return this.#mails.toReversed()
  }

  async read(id: string): Promise<Mail | null> {
    const summary = this.#mails.find(mail => mail.id === id)
    if (summary === undefined) return null
    const { html, text } = await simpleParser(await readFile(this.#file(id)))
    return { ...summary, html: html || null, text: text ?? null }
  }

  /** Resolves when the mail is in its file. */
  async add(bytes: Buffer, receivedMs: number): Promise<MailSummary> {
    const id = `${receivedMs}-${String(++this.#number).padStart(6, '0')}`
    const summary = summaryOf(id, receivedMs, bytes.length, await simpleParser(bytes))
    await writeFile(`${this.#file(id)}.new`, bytes, { mode: 0o600 })
    await rename(`${this.#file(id)}.new`, this.#file(id))
    this.#mails.push(summary)
    this.counters.received++
    await this.#dropOldest()
    return summary
  }

  async #readBack(id: string): Promise<void> {
    const [receivedMs, number] = id.split('-').map(Number)
    try {
      const bytes = await readFile(this.#file(id))
      this.#mails.push(summaryOf(id, receivedMs!, bytes.length, await simpleParser(bytes)))
      this.#number = Math.max(this.#number, number!)
    } catch {
      this.counters.unreadable++
    }
  }

  async #dropOldest(): Promise<void> {
    const isTooMuch = () =>
      this.#mails.length > this.#limits.mailsMax ||
      this.#mails.reduce((sum, mail) => sum + mail.bytes, 0) > this.#limits.bytesMax
    while (isTooMuch()) {
      const { id } = this.#mails.shift()!
      this.counters.dropped++
      await rm(this.#file(id), { force: true })
    }
  }

  #file(id: string): string {
    return join(this.#folder, id + ENDING)
  }
}

function summaryOf(id: string, receivedMs: number, bytes: number, mail: ParsedMail): MailSummary {
  if (!Number.isFinite(receivedMs)) throw new Error('the name of the file is none of ours')
  const header = (name: string) => {
    const value = mail.headers.get(name)
    return typeof value === 'string' ? value : null
  }
  const addressees = [mail.to ?? []].flat().map(address => address.text)
  return {
    id,
    receivedMs,
    bytes,
    from: mail.from?.text ?? '',
    to: addressees.join(', '),
    subject: mail.subject ?? '',
    rule: header(RULE_HEADER),
    status: header(STATUS_HEADER),
  }
}
