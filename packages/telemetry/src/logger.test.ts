// Log lines: their fields, what is kept out of them, errors, levels, and that nothing is lost at an exit.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { waitUntil } from '@deye-hard/testkit'
import { describe, expect, it } from 'vitest'
import { createLogger, flushLogger, LOG_LEVELS, type LogLevel, logLevelSetting } from './index.ts'
import { REDACTED_FIELDS } from './redaction.ts'

const UNLIMITED = { warningsPerMinute: Infinity, infosPerMinute: Infinity }

/** What a caller could pass who got around the types. */
const anything = (fields: object) => fields as Record<never, never>
const camelCase = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())

/** A logger that keeps its lines in memory. */
function recording(level?: LogLevel) {
  const lines: Record<string, unknown>[] = []
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)))
      done()
    },
  })
  const options = { service: 'solar-collector', destination, limits: UNLIMITED } as const
  return { lines, log: createLogger(level === undefined ? options : { ...options, level }) }
}

describe('a line', () => {
  it('has level, timestamp, service, logger, fields and message, and nothing else', () => {
    const { lines, log } = recording()
    log.child({ logger: 'shipper' }).info('batch shipped', { measurement_count: 343 })
    expect(lines).toEqual([
      {
        level: 'info',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        service: 'solar-collector',
        logger: 'shipper',
        measurement_count: 343,
        message: 'batch shipped',
      },
    ])
  })

  it('never holds a secret or personal data, whatever the case of the name and however deep', () => {
    const { lines, log } = recording()
    const spellings = (name: string) => [name, name.toUpperCase(), camelCase(name), name.replaceAll('_', '-')]
    const names = REDACTED_FIELDS.flatMap(spellings)
    for (const name of names) {
      const hidden = { [name]: 'hunter2' }
      log.info('listening', anything({ ...hidden, a: { ...hidden, b: [{ ...hidden, c: { d: hidden } }] } }))
      log.child(anything(hidden)).info('stopped')
    }
    expect(lines).toHaveLength(names.length * 2)
    expect(JSON.stringify(lines)).not.toContain('hunter2')
    expect(lines[0]).toMatchObject({
      password: '[redacted]',
      a: { b: [{ c: { d: { password: '[redacted]' } } }] },
    })
  })

  it('holds neither loops nor depths without end', () => {
    const { lines, log } = recording()
    const loop: Record<string, unknown> = { a: 1 }
    loop.loop = loop
    log.info('listening', anything(loop))
    expect(JSON.stringify(lines[0])).toContain('[too deep]')
  })

  it('quotes others without personal data', () => {
    const { lines, log } = recording()
    log.warn('a batch was not taken by the API', { detail: 'no place for admin@example.com' })
    expect(lines[0]).toMatchObject({ detail: 'no place for [redacted]' })
  })

  it('leaves out fields that are null or undefined', () => {
    const { lines, log } = recording()
    log.info('batch shipped', { batch_id: null, measurement_count: 0, duration_ms: undefined })
    expect(Object.keys(lines[0]!)).toEqual(['level', 'timestamp', 'service', 'measurement_count', 'message'])
  })

  it('has the ids of the trace it is given', () => {
    const { lines, log } = recording()
    log.info('stopped', {}, { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true })
    expect(lines[0]).toMatchObject({ trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) })
  })
})

describe('an error', () => {
  it('is written once, with its stack, its code and its causes, and without its other fields', () => {
    const { lines, log } = recording()
    const cause = Object.assign(new TypeError('no route'), { code: 'EHOSTUNREACH', parameters: ['hunter2'] })
    log.error('writing the spool failed', { error: new Error('not shipped', { cause }) })
    const shown = JSON.stringify(lines[0])
    expect(lines[0]).toMatchObject({
      message: 'writing the spool failed',
      error: {
        type: 'Error',
        message: 'not shipped',
        stack: expect.stringContaining('logger.test.ts'),
        cause: { type: 'TypeError', message: 'no route', code: 'EHOSTUNREACH' },
      },
    })
    expect(shown.match(/no route/g)).toHaveLength(2) // the message and the first line of its stack
    expect(shown).not.toContain('hunter2')
  })

  it('may be no Error at all, and may be its own cause', () => {
    const { lines, log } = recording()
    log.error('writing the spool failed', { error: 'just text' })
    const loop = new Error('loop of admin@example.com')
    loop.cause = loop
    log.error('writing the spool failed', { error: loop })
    expect(lines[0]).toMatchObject({ error: { type: 'string', message: 'just text' } })
    expect(JSON.stringify(lines[1]).match(/"type":"Error"/g)).toHaveLength(6)
    expect(JSON.stringify(lines)).not.toContain('admin@example')
  })

  it('is cut down to that also deep inside of a field', () => {
    const { lines, log } = recording()
    const inner = Object.assign(new Error('inner'), { detail: 'hunter2' })
    log.info('listening', anything({ a: { inner } }))
    expect(lines[0]).toMatchObject({ a: { inner: { type: 'Error', message: 'inner' } } })
    expect(JSON.stringify(lines)).not.toContain('hunter2')
  })
})

describe('the level', () => {
  it('is a setting with a default', () => {
    expect(logLevelSetting).toMatchObject({ name: 'LOG_LEVEL', defaultText: 'info' })
    expect(logLevelSetting.form).toBe(`one of ${LOG_LEVELS.join(', ')}`)
  })

  it('holds lines back, and can be changed for loggers that exist already', () => {
    const { lines, log } = recording('warn')
    const module = log.child({ logger: 'listener' })
    module.info('stopped')
    log.level = 'debug'
    module.debug('frame received')
    log.debug('frame acknowledged')
    module.child({ logger_serial: 1 }).debug('statement done')
    expect(lines.map(line => line.message)).toEqual([
      'frame received',
      'frame acknowledged',
      'statement done',
    ])
  })
})

describe('at an exit', () => {
  const source = new URL('./index.ts', import.meta.url).href
  const run = (ending: string) => {
    const program = `const { createLogger, flushLogger } = await import('${source}')
      const log = createLogger({ service: 'solar-collector', limits: { warningsPerMinute: 1, infosPerMinute: 2000 } })
      for (let i = 0; i < 2000; i += 1) log.info('listening', { port: i })
      ${ending}`
    const args = ['--conditions=source', '--input-type=module', '--eval', program]
    return spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout.trimEnd().split('\n')
  }

  it.each([
    ['after flushLogger', 'await flushLogger(log); process.exit(0)'],
    ['without it', 'process.exit(0)'],
  ])('no line is lost %s', (_name, ending) => {
    const lines = run(ending)
    expect(lines).toHaveLength(2000)
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ port: 1999 })
  })

  /** One line for a pipe that is full and refuses writes; whoever shares it may have set that. Nobody reads it yet. */
  const unread = async (ending: string) => {
    const program = `const { createLogger, flushLogger } = await import('${source}')
      const { writeSync, promises } = await import('node:fs')
      const { Socket } = await import('node:net')
      new Socket({ fd: 1, readable: false }) // from here on writes are refused, not blocked
      const fill = () => { try { for (;;) writeSync(1, 'x'.repeat(1023) + '\\n') } catch {} }
      fill()
      process.send('full')
      const filling = setInterval(fill, 5) // the reader reads ahead, and the pipe may hold less than that
      await new Promise(resolve => process.once('message', resolve))
      clearInterval(filling)
      fill()
      const log = createLogger({ service: 'solar-collector' })
      log.info('stopped')
      await promises.stat('.') // behind the refused write on the one thread
      process.send('full')
      ${ending}`
    const args = ['--conditions=source', '--input-type=module', '--eval', program]
    const env = { ...process.env, UV_THREADPOOL_SIZE: '1' }
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
    await once(child, 'message')
    // Our own stream has read ahead until it had enough; now the pipe can be filled for good.
    await waitUntil(() => child.stdout!.readableLength >= child.stdout!.readableHighWaterMark)
    child.send('again')
    await once(child, 'message')
    return child
  }

  it('flushLogger waits for a slow reader: no line is lost to process.exit', async () => {
    // A refused write waits for its next try inside the stream, where the stream's own exit hook does not look.
    const child = await unread(`await flushLogger(log); process.exit(0)`)
    const written = await text(child.stdout!)
    expect(written.trimEnd().split('\n').at(-1)).toContain('"message":"stopped"')
  })

  it('flushLogger gives up after 2 s when nobody reads', async () => {
    const child = await unread(
      `await flushLogger(log); process.send('over'); process.kill(process.pid, 'SIGKILL')`,
    )
    const startMs = performance.now()
    const [message] = await once(child, 'message')
    expect(message).toBe('over')
    expect(performance.now() - startMs).toBeGreaterThan(1_500)
    child.stdout!.destroy()
  })

  it('flushLogger resolves for a destination that cannot flush', async () => {
    await expect(flushLogger(recording().log)).resolves.toBeUndefined()
  })
})
