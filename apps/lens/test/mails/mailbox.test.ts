// From the sender over SMTP to the mailbox on disk: what is kept, what is bounded, what is tried again.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitUntil } from '@deye-hard/testkit'
import { SMTPServer } from 'smtp-server'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type MailCatcher, type MailCatcherOptions, startMailCatcher } from '../../src/mails/mail-catcher.ts'
import { Mailbox, type MailboxLimits } from '../../src/mails/mailbox.ts'
import { Outbox, type OutboxOptions, type OutgoingMail } from '../../src/mails/outbox.ts'
import { isRefusal, smtpSender } from '../../src/mails/smtp-sender.ts'

const MAIL: OutgoingMail = {
  atMs: Date.UTC(2026, 0, 5, 12),
  rule: 'ApiErrorRate',
  status: 'firing',
  subject: '[CRITICAL] ü: 12% & <more>',
  html: '<p>ü</p>',
  text: 'ü',
}
const NO_LIMITS = { mailsMax: 100, bytesMax: 1e9 }

let folder: string
let closing: (() => Promise<void> | void)[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lens-mails-'))
  closing = []
})
afterEach(async () => {
  for (const close of closing.reverse()) await close()
  rmSync(folder, { recursive: true, force: true })
})

function mail(subject: string): Buffer {
  return Buffer.from(`Subject: ${subject}\r\n\r\ntext\r\n`)
}

async function catcher(mailbox: Mailbox, changed: Partial<MailCatcherOptions> = {}): Promise<MailCatcher> {
  const started = await startMailCatcher({ mailbox, port: 0, now: () => 1_000, ...changed })
  closing.push(() => started.close())
  return started
}

function sender(port: number | string) {
  const made = smtpSender(port, 'lens@example.org', 'ops@example.org, oncall@example.org')
  closing.push(() => made.close())
  return made
}

async function outbox(changed: Partial<OutboxOptions>): Promise<Outbox> {
  const opened = await Outbox.open({
    folder: join(folder, 'outbox'),
    send: async () => {},
    firstPauseMs: 5,
    longestPauseMs: 20,
    ...changed,
  })
  closing.push(() => opened.close())
  return opened
}

async function refusing({ rcpt }: { rcpt: number }): Promise<{ port: number }> {
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (_, __, answer) => answer(Object.assign(new Error('wrong password'), { responseCode: 535 })),
    onRcptTo: (_, __, answer) => answer(Object.assign(new Error('not you'), { responseCode: rcpt })),
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise<void>(resolve => server.close(() => resolve())))
  return { port: (server.server.address() as AddressInfo).port }
}

const subjects = (mailbox: Mailbox) => mailbox.list().map(one => one.subject)

describe('a mailbox', () => {
  const open = (limits: MailboxLimits = NO_LIMITS) => Mailbox.open(join(folder, 'mails'), limits)

  test('takes what is sent over SMTP, with all its parts', async () => {
    const mailbox = await open()
    const { port } = await catcher(mailbox)
    await sender(port).send(MAIL)
    const [summary] = mailbox.list()
    expect(summary).toMatchObject({
      receivedMs: 1_000,
      from: 'lens@example.org',
      to: 'ops@example.org, oncall@example.org',
      subject: MAIL.subject,
      rule: 'ApiErrorRate',
      status: 'firing',
    })
    expect(await mailbox.read(summary!.id)).toMatchObject({
      html: '<p>ü</p>',
      text: expect.stringContaining('ü'),
    })
    expect(await mailbox.read('../../etc/passwd')).toBeNull()
  })

  test('takes the same from a URL', async () => {
    const mailbox = await open()
    const { port } = await catcher(mailbox)
    await sender(`smtp://127.0.0.1:${port}`).send(MAIL)
    expect(subjects(mailbox)).toEqual([MAIL.subject])
  })

  test('is there again after a restart, newest first', async () => {
    const before = await open()
    await before.add(mail('one'), 1_000)
    await before.add(mail('two'), 1_000)
    const after = await open()
    await after.add(mail('three'), 1_000)
    expect(subjects(after)).toEqual(['three', 'two', 'one'])
    expect(after.list()[1]).toEqual(before.list()[0])
  })

  test('keeps the newest mails only, by number and by size, and counts the rest', async () => {
    const few = await open({ ...NO_LIMITS, mailsMax: 2 })
    for (const subject of ['one', 'two', 'three']) await few.add(mail(subject), 1_000)
    expect(subjects(few)).toEqual(['three', 'two'])
    expect(few.counters).toEqual({ received: 3, dropped: 1, unreadable: 0 })
    const small = await open({ ...NO_LIMITS, bytesMax: mail('three').length + 1 })
    expect(subjects(small)).toEqual(['three'])
    expect(readdirSync(join(folder, 'mails'))).toHaveLength(1)
  })

  test('passes over a file that is no mail of its own', async () => {
    await open()
    writeFileSync(join(folder, 'mails', 'stranger.eml'), 'x')
    const mailbox = await open()
    expect([mailbox.list(), mailbox.counters.unreadable]).toEqual([[], 1])
  })

  test('refuses a mail that is too large, and says so to the sender', async () => {
    const mailbox = await open()
    const { port, counters } = await catcher(mailbox, { mailMaxBytes: 2_000 })
    await expect(sender(port).send({ ...MAIL, html: 'x'.repeat(5_000) })).rejects.toThrow(/too large|size/i)
    await sender(port).send({ ...MAIL, html: '', text: 'x' })
    expect(subjects(mailbox)).toEqual([MAIL.subject])
    expect(counters.tooLarge).toBe(1)
  })

  test('tells the sender when the disk does not take it', async () => {
    const mailbox = await open()
    const { port, counters } = await catcher(mailbox)
    rmSync(join(folder, 'mails'), { recursive: true })
    await expect(sender(port).send(MAIL)).rejects.toThrow(/451|ENOENT/)
    expect(counters.notStored).toBe(1)
  })
})

describe('an outbox', () => {
  test('tries again until the server takes it, in order, and counts the failures', async () => {
    const taken: string[] = []
    const reported: unknown[] = []
    let isDown = true
    const box = await outbox({
      now: () => 7_000,
      report: (event, fields) => reported.push([event, fields]),
      send: async ({ subject }) => {
        if (isDown) throw new Error('connection refused')
        taken.push(subject)
      },
    })
    await box.add({ ...MAIL, subject: 'one' })
    await box.add({ ...MAIL, subject: 'two' })
    await waitUntil(() => box.counters.failures >= 3, { what: 'three attempts' })
    expect(box.view).toEqual({ waiting: 2, refusedSinceMs: 7_000, lastProblem: 'connection refused' })
    expect(reported.slice(0, 2)).toEqual([
      ['mail was not taken', expect.objectContaining({ attempt: 1, again_in_ms: 5, rule: MAIL.rule })],
      [
        'mail was not taken',
        expect.objectContaining({ attempt: 2, again_in_ms: 10, reason: 'connection refused' }),
      ],
    ])
    isDown = false
    await waitUntil(() => box.view.refusedSinceMs === null, { what: 'both are sent' })
    expect(taken).toEqual(['one', 'two'])
    expect(box.counters.sent).toBe(2)
    expect(box.view).toEqual({ waiting: 0, refusedSinceMs: null, lastProblem: null })
    expect(reported).toHaveLength(box.counters.failures)
  })

  test('does not hold up the others for one that is refused, and tries that one again', async () => {
    const taken: string[] = []
    const refused = { subject: 'two', count: 0 }
    const box = await outbox({
      // Longer than the test: what comes meanwhile must not wait for it.
      longestPauseMs: 600_000,
      firstPauseMs: 600_000,
      isRefusal: error => (error as Error).message === 'no',
      send: async ({ subject }) => {
        if (subject !== refused.subject) return void taken.push(subject)
        refused.count++
        throw new Error('no')
      },
    })
    for (const subject of ['one', 'two', 'three']) await box.add({ ...MAIL, subject })
    await waitUntil(() => box.counters.sent === 2, { what: 'the others are sent' })
    await box.add({ ...MAIL, subject: 'four' })
    await waitUntil(() => box.counters.sent === 3 && refused.count > 1, { what: 'another attempt' })
    expect(taken).toEqual(['one', 'three', 'four'])
    expect(box.view).toMatchObject({ waiting: 1, lastProblem: 'no' })
  })

  test('takes a no to one mail for that, and a no to all for a server that is away', async () => {
    const server = await refusing({ rcpt: 550 })
    const failed = await sender(server.port)
      .send(MAIL)
      .catch(error => error)
    expect([isRefusal(failed), failed.responseCode]).toEqual([true, 550])
    const later = await refusing({ rcpt: 451 })
    expect(
      isRefusal(
        await sender(later.port)
          .send(MAIL)
          .catch(error => error),
      ),
    ).toBe(false)
    expect(
      isRefusal(
        await sender('smtp://127.0.0.1:1')
          .send(MAIL)
          .catch(error => error),
      ),
    ).toBe(false)
    const locked = sender(`smtp://user:wrong@127.0.0.1:${server.port}`)
    expect(isRefusal(await locked.send(MAIL).catch(error => error))).toBe(false)
  })

  test('goes on after a restart', async () => {
    const first = await outbox({ send: () => Promise.reject(new Error('down')) })
    await first.add(MAIL)
    await first.close()
    const taken: OutgoingMail[] = []
    const second = await outbox({
      send: async one => {
        taken.push(one)
      },
    })
    await waitUntil(() => second.waiting === 0, { what: 'it is sent' })
    expect(taken).toEqual([MAIL])
  })

  test('drops the oldest when there are too many', async () => {
    const events: string[] = []
    const report = (event: string) => events.push(event)
    const box = await outbox({ mailsMax: 2, report, send: () => Promise.reject(new Error('down')) })
    for (const subject of ['one', 'two', 'three']) await box.add({ ...MAIL, subject })
    expect([box.waiting, box.counters.dropped]).toEqual([2, 1])
    expect(events).toContain('mail was dropped, too many wait')
    expect(readdirSync(join(folder, 'outbox'))).toHaveLength(2)
  })

  test('throws away a file that is no mail', async () => {
    const before = await outbox({})
    await before.close()
    writeFileSync(join(folder, 'outbox', '000-1.json'), '{"half')
    const box = await outbox({})
    await waitUntil(() => box.waiting === 0, { what: 'it is gone' })
    expect(box.counters).toMatchObject({ sent: 0, unreadable: 1 })
  })
})
