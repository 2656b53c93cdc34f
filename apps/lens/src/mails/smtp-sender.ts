// Hands a mail to an SMTP server: the catcher of lens, or a real one if its URL is configured.
import { createTransport } from 'nodemailer'
import type SMTPTransport from 'nodemailer/lib/smtp-transport/index.js'
import { RULE_HEADER, STATUS_HEADER } from './mailbox.ts'
import type { OutgoingMail } from './outbox.ts'

const CONNECT_LIMIT_MS = 10_000
const ANSWER_LIMIT_MS = 30_000

/** Reply codes of 5xx are for good (RFC 5321 section 4.2.1). */
const FOR_GOOD = 500
/** Commands that are about one mail; others, such as AUTH, are about all. */
const OF_ONE_MAIL = ['MAIL FROM', 'RCPT TO', 'DATA']

export interface SmtpSender {
  /** Rejects when the server does not take it. */
  send(mail: OutgoingMail): Promise<void>
  close(): void
}

/** `server`: the port of a catcher on loopback, or an URL such as smtps://user:password@mail.example.org. */
export function smtpSender(server: number | string, from: string, to: string): SmtpSender {
  const limits = {
    connectionTimeout: CONNECT_LIMIT_MS,
    greetingTimeout: CONNECT_LIMIT_MS,
    socketTimeout: ANSWER_LIMIT_MS,
  }
  const options: SMTPTransport.Options =
    typeof server === 'number'
      ? { host: '127.0.0.1', port: server, secure: false, ignoreTLS: true, ...limits }
      : { url: server, ...limits }
  const transport = createTransport(options)
  return {
    send: async ({ atMs, rule, status, subject, html, text }) => {
      await transport.sendMail({
        from,
        to,
        subject,
        html,
        text,
        date: new Date(atMs),
        headers: { [RULE_HEADER]: rule, [STATUS_HEADER]: status },
      })
    },
    close: () => transport.close(),
  }
}

/** Whether an error of `send` is the server's no to this very mail. */
export function isRefusal(error: unknown): boolean {
  const { responseCode = 0, command = '' } = error as { responseCode?: number; command?: string }
  return responseCode >= FOR_GOOD && OF_ONE_MAIL.includes(command)
}
