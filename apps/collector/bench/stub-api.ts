// An API that takes every batch: token, the loggers of the benchmarks, and the outcome "stored" for each message.
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

const FIRST_SERIAL = 2_700_000_000
const LOGGERS = 200
const loggers = Array.from({ length: LOGGERS }, (_, index) => ({ logger_serial: FIRST_SERIAL + index }))

const server = createServer(async (request, response) => {
  const body = await bodyOf(request)
  const answer = (value: unknown) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(value))
  if (request.url === '/api/service/token')
    return answer({ access_token: 'a.b.c', token_type: 'Bearer', expires_in: 3_600 })
  if (request.url === '/api/service/loggers') return answer({ loggers })
  // The numbers are all that an answer needs, and parsing the frames would cost more than the collector does.
  const seqs = [...body.matchAll(/"seq":(\d+)/g)]
  answer({
    batch_id: /"batch_id":"([^"]+)"/.exec(body)![1],
    outcomes: seqs.map(([, seq]) => ({ seq: Number(seq), outcome: 'stored' })),
  })
})
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ message: 'listening', port: (server.address() as AddressInfo).port }))
})
process.on('SIGTERM', () => process.exit(0))

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}
