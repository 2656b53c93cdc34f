// Profile demo: takes every mail on port 1025, prints one line for each, and shows the newest on port 8025; delivers nothing.
// SMTP without extensions (RFC 5321 section 4.5.1) is all that SigNoz needs here; a library would be one more thing to keep current.
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'

const SMTP_PORT = 1025
const HTTP_PORT = 8025
const MAILS_MAX = 100
const MAIL_MAX_BYTES = 1024 ** 2
const IDLE_MS = 60_000

const mails = []

createServer(socket => converse(socket)).listen(SMTP_PORT)
createHttpServer((_request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(mails))
}).listen(HTTP_PORT)
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0))

function converse(socket) {
  const session = { from: '', to: [], inData: false, rest: '', body: [], bytes: 0 }
  const answer = text => socket.write(`${text}\r\n`)
  socket.setEncoding('latin1').setTimeout(IDLE_MS, () => socket.destroy())
  socket.on('error', () => socket.destroy())
  socket.on('data', chunk => {
    session.bytes += chunk.length
    if (session.bytes > MAIL_MAX_BYTES) return socket.end('552 mail is too large\r\n')
    const lines = (session.rest + chunk).split('\r\n')
    session.rest = lines.pop()
    for (const line of lines) {
      const said = session.inData ? takeBody(session, line) : takeCommand(session, line)
      if (said) answer(said)
      if (said?.startsWith('221')) socket.end()
    }
  })
  answer('220 mail-catcher')
}

function takeCommand(session, line) {
  switch (line.slice(0, 4).toUpperCase()) {
    case 'EHLO':
    case 'HELO':
      return '250 mail-catcher'
    case 'MAIL':
      Object.assign(session, { from: address(line), to: [], body: [], bytes: 0 })
      return '250 ok'
    case 'RCPT':
      session.to.push(address(line))
      return '250 ok'
    case 'DATA':
      session.inData = true
      return '354 end with a dot'
    case 'RSET':
    case 'NOOP':
      return '250 ok'
    case 'QUIT':
      return '221 bye'
    default:
      return '502 not known'
  }
}

function takeBody(session, line) {
  if (line !== '.') {
    session.body.push(line.startsWith('..') ? line.slice(1) : line)
    return null
  }
  session.inData = false
  const source = Buffer.from(session.body.join('\r\n'), 'latin1').toString('utf8')
  const subject = /^subject: *(.*(?:\r\n[ \t].*)*)/im.exec(source)?.[1]?.replaceAll(/\r\n[ \t]/g, ' ') ?? ''
  const { from, to } = session
  mails.push({ at: new Date().toISOString(), from, to, subject, source })
  if (mails.length > MAILS_MAX) mails.shift()
  process.stdout.write(`${JSON.stringify({ msg: 'mail', from, to, subject, bytes: source.length })}\n`)
  return '250 kept'
}

function address(line) {
  return /<([^>]*)>/.exec(line)?.[1] ?? ''
}
