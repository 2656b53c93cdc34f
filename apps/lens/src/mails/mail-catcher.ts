// A mail server on loopback that delivers nothing: every mail ends in the mailbox, to be read in the browser.
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server'
import type { Mailbox } from './mailbox.ts'

const HOST = '127.0.0.1'
const CLOSE_LIMIT_MS = 1_000
const TOO_LARGE = 552
const STORAGE_FAILED = 451

export interface MailCatcherOptions {
  mailbox: Mailbox
  /** 0 takes any free one. */
  port: number
  now(): number
  mailMaxBytes?: number
  clientsMax?: number
}

export const MAIL_MAX_BYTES = 1_024 * 1_024
export const MAIL_CLIENTS_MAX = 10

export interface MailCatcher {
  port: number
  counters: { tooLarge: number; notStored: number }
  close(): Promise<void>
}

/** Rejects when the port is taken. */
export async function startMailCatcher(options: MailCatcherOptions): Promise<MailCatcher> {
  const { port, mailMaxBytes = MAIL_MAX_BYTES, clientsMax = MAIL_CLIENTS_MAX } = options
  const counters = { tooLarge: 0, notStored: 0 }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    size: mailMaxBytes,
    maxClients: clientsMax,
    closeTimeout: CLOSE_LIMIT_MS,
    onData(stream, _session, done) {
      keep(stream, options, mailMaxBytes, counters).then(() => done(), done)
    },
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, () => {
      server.off('error', reject)
      resolve()
    })
  })
  // A client that breaks off is its own trouble.
  server.on('error', () => {})
  return {
    port: (server.server.address() as AddressInfo).port,
    counters,
    close: () => new Promise<void>(done => server.close(() => done())),
  }
}

/** Reads to the end even what is too large, but keeps no more of it than is allowed. */
async function keep(
  stream: SMTPServerDataStream,
  { mailbox, now }: MailCatcherOptions,
  mailMaxBytes: number,
  counters: MailCatcher['counters'],
): Promise<void> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream) {
    length += (chunk as Buffer).length
    if (length <= mailMaxBytes) chunks.push(chunk as Buffer)
  }
  if (length > mailMaxBytes) {
    counters.tooLarge++
    throw smtpError('the mail is too large', TOO_LARGE)
  }
  await mailbox.add(Buffer.concat(chunks), now()).catch(error => {
    counters.notStored++
    throw smtpError((error as Error).message, STORAGE_FAILED)
  })
}

function smtpError(message: string, responseCode: number): Error {
  return Object.assign(new Error(message), { responseCode })
}
