// A mail server for tests: takes what SigNoz sends, without TLS and log-in as the lab's SigNoz sends it, and keeps each mail parsed.
import type { AddressInfo } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

export interface MailCatcher {
  readonly port: number
  readonly mails: ParsedMail[]
  close(): Promise<void>
}

/** `onMail` gets the bytes as they came. */
export async function catchMails(
  port: number,
  onMail: (mail: Buffer) => void = () => {},
): Promise<MailCatcher> {
  const mails: ParsedMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    async onData(stream, _session, done) {
      const chunks: Buffer[] = []
      for await (const chunk of stream) chunks.push(chunk as Buffer)
      const bytes = Buffer.concat(chunks)
      mails.push(await simpleParser(bytes))
      onMail(bytes)
      done()
    },
  })
  await new Promise<void>(done => server.listen(port, '127.0.0.1', done))
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    close: () => new Promise<void>(done => server.close(done)),
  }
}
