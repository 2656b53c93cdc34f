// Finding a mail in a maildir and on the page of a mail catcher.
import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openMailbox } from '../../src/alert-test/mailbox.ts'

const SINCE_MS = Date.now() - 60_000
const MAIL = 'Subject: [INFO] alert-test: this is a test (run-1234)\r\n\r\n'

describe('a maildir', () => {
  let maildir: string
  beforeEach(() => {
    maildir = mkdtempSync(join(tmpdir(), 'maildir-'))
    for (const name of ['new', 'cur', 'tmp']) mkdirSync(join(maildir, name))
  })
  afterEach(() => rmSync(maildir, { recursive: true, force: true }))

  test('holds a mail that came, and still after a mail program has moved it', async () => {
    const mailbox = openMailbox(maildir, SINCE_MS)
    expect(await mailbox.holds('run-1234')).toBe(false)
    writeFileSync(join(maildir, 'new', '1'), MAIL)
    expect(await mailbox.holds('run-1234')).toBe(true)
    expect(await mailbox.holds('run-9999')).toBe(false)
    renameSync(join(maildir, 'new', '1'), join(maildir, 'cur', '1:2,S'))
    expect(await mailbox.holds('run-1234')).toBe(true)
  })

  test('is not read through: mails from before do not count', async () => {
    const path = join(maildir, 'new', '1')
    writeFileSync(path, MAIL)
    utimesSync(path, SINCE_MS / 1_000 - 60, SINCE_MS / 1_000 - 60)
    expect(await openMailbox(maildir, SINCE_MS).holds('run-1234')).toBe(false)
  })

  test('that does not exist is a wrong option', async () => {
    await expect(openMailbox(join(maildir, 'no'), SINCE_MS).holds('x')).rejects.toMatchObject({
      code: 'OPS_CONFIGURATION',
    })
  })
})

describe('a mail catcher', () => {
  let server: Server
  let page = { status: 200, subjects: ['[INFO] alert-test: this is a test (run-1234)'] }
  beforeEach(async () => {
    page = { ...page, status: 200 }
    server = createServer((_, response) => {
      response
        .writeHead(page.status, { 'content-type': 'application/json' })
        .end(JSON.stringify(page.subjects))
    })
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  })
  afterEach(() => new Promise(done => server.close(done)))
  const url = () => `http://127.0.0.1:${(server.address() as { port: number }).port}/api/mails`

  test('holds a mail whose subject is on its page', async () => {
    expect(await openMailbox(url(), SINCE_MS).holds('run-1234')).toBe(true)
    expect(await openMailbox(url(), SINCE_MS).holds('run-9999')).toBe(false)
  })

  test('that refuses is told apart from a mail that has not come', async () => {
    page.status = 404
    await expect(openMailbox(url(), SINCE_MS).holds('run-1234')).rejects.toMatchObject({
      code: 'OPS_UNAVAILABLE',
      message: expect.stringContaining('HTTP 404'),
    })
  })
})
