// What Fastify says by itself: its faults are declared lines without the address that was asked for, everything else is silence.
import { Readable } from 'node:stream'
import { createLogger } from '@deye-hard/telemetry'
import { LOG_EVENTS, type LogMessage } from '@deye-hard/telemetry-schema'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { FrameworkLog, FrameworkLogController } from '../src/framework-lines.ts'

const SECRET = 'hunter2'
const lines: Record<string, unknown>[] = []
const logger = createLogger({
  service: 'solar-api',
  level: 'trace',
  destination: { write: line => lines.push(JSON.parse(line)) },
})
const log = new FrameworkLog(logger)
const app = Fastify({
  loggerInstance: log,
  childLoggerFactory: (_log, bindings, _options, raw) => log.forRequest(bindings.request_id, raw),
  logController: new FrameworkLogController({ requestIdLogLabel: 'request_id' }),
}) as unknown as FastifyInstance
afterAll(() => app.close())
beforeEach(() => {
  lines.length = 0
})

app.get('/fine', async () => 'fine')
app.get('/twice', (_request, reply) => {
  reply.send('one')
  reply.send('two')
})
app.get('/late', async (_request, reply) => {
  reply.send('one')
  throw new Error('too late')
})
app.get('/broken-stream', (_request, reply) => {
  const stream = new Readable({ read() {} })
  stream.push('one')
  reply.send(stream)
  setImmediate(() => stream.destroy(new Error('the disk broke')))
})
app.get('/thrown', async () => {
  throw new Error('no error handler here')
})
app.setErrorHandler(() => {
  throw new Error('the handler of errors broke')
})
const url = await app.listen({ host: '127.0.0.1', port: 0 })

const ask = (path: string) =>
  fetch(`${url}${path}?token=${SECRET}`)
    .then(answer => answer.text())
    .catch(() => '')

test('an answer that is fine, and an address that is not there, are silence', async () => {
  await ask('/fine')
  await ask('/nothing')
  expect(lines).toEqual([])
})

test.each([
  ['/twice', 'framework warning', 'Reply was already sent'],
  ['/late', 'framework error', 'too late'],
  ['/broken-stream', 'framework warning', 'the disk broke'],
  ['/thrown', 'framework error', 'the handler of errors broke'],
])('%s: %s with what happened and the id, once, without the address', async (path, message, text) => {
  await ask(path)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatchObject({ message, request_id: expect.any(String) })
  expect(JSON.stringify(lines[0])).toContain(text)
  expect(JSON.stringify(lines[0])).not.toContain(SECRET)
  const declared = LOG_EVENTS[message as LogMessage]
  expect(lines[0]!.level).toBe(declared.level)
  const own = ['level', 'timestamp', 'service', 'message']
  const fields = Object.keys(lines[0]!).filter(name => !own.includes(name))
  expect(fields.filter(name => !(declared.fields as readonly string[]).includes(name))).toEqual([])
})
