// Limits of the log: so many lines with one message in a minute, the rest counted, and one line that says so.
import { describe, expect, it, vi } from 'vitest'
import { createLogger, type Logger, logLimitSettings } from './index.ts'
import { linesSuppressed } from './log-limit.ts'

const MINUTE_MS = 60_000

function limited(limits = { warningsPerMinute: 2, infosPerMinute: 3 }) {
  const lines: { message: string; level: string; suppressed?: unknown }[] = []
  const clock = { nowMs: 0 }
  const log = createLogger({
    service: 'solar-collector',
    level: 'debug',
    limits,
    now: () => clock.nowMs,
    destination: { write: line => void lines.push(JSON.parse(line)) },
  })
  const count = (message: string) => lines.filter(line => line.message === message).length
  return { log, lines, clock, count }
}

function repeat(times: number, write: () => void): void {
  for (let n = 0; n < times; n += 1) write()
}

it('the limits are settings with defaults', () => {
  expect(logLimitSettings.warningsPerMinute).toMatchObject({
    name: 'LOG_WARNINGS_PER_MINUTE',
    defaultText: '20',
  })
  expect(logLimitSettings.infosPerMinute).toMatchObject({ name: 'LOG_INFOS_PER_MINUTE', defaultText: '600' })
})

describe('in a minute', () => {
  it('each message has a limit of its own, by its level', () => {
    const { log, count } = limited()
    repeat(9, () => log.warn('malformed bytes'))
    repeat(9, () => log.error('writing the spool failed'))
    repeat(9, () => log.info('connection opened'))
    repeat(9, () => log.debug('frame received'))
    repeat(9, () => log.warn('connection refused'))
    expect(count('malformed bytes')).toBe(2)
    expect(count('writing the spool failed')).toBe(2)
    expect(count('connection opened')).toBe(3)
    expect(count('frame received')).toBe(3)
    expect(count('connection refused')).toBe(2)
  })

  it('children share it with each other', () => {
    const { log, count } = limited()
    repeat(9, () => log.child({ logger: 'listener' }).warn('malformed bytes'))
    expect(count('malformed bytes')).toBe(2)
  })

  it('what ends the process is never left out', () => {
    const { log, count } = limited()
    repeat(9, () => log.fatal('unexpected error'))
    expect(count('unexpected error')).toBe(9)
  })
})

describe('lines that were left out', () => {
  it('are counted, and told at the end of the minute in one line', () => {
    const { log, lines, clock, count } = limited()
    const before = linesSuppressed()
    repeat(5, () => log.warn('malformed bytes'))
    repeat(5, () => log.info('connection opened'))
    expect(linesSuppressed() - before).toBe(5)
    clock.nowMs = MINUTE_MS
    log.warn('malformed bytes')
    expect(lines.at(-2)).toMatchObject({
      level: 'warn',
      message: 'log lines left out in the last minute',
      suppressed: { 'malformed bytes': 3, 'connection opened': 2 },
    })
    expect(lines.at(-1)!.message).toBe('malformed bytes')
    clock.nowMs = 2 * MINUTE_MS
    log.warn('malformed bytes')
    expect(count('log lines left out in the last minute'), 'nothing was left out since').toBe(1)
  })

  it('are told also when nothing more is written, and at a flush', async () => {
    vi.useFakeTimers()
    try {
      const { log, count } = limited()
      repeat(5, () => log.warn('malformed bytes'))
      vi.advanceTimersByTime(MINUTE_MS)
      expect(count('log lines left out in the last minute')).toBe(1)
      repeat(5, () => log.warn('connection refused'))
      await log.flush()
      expect(count('log lines left out in the last minute')).toBe(2)
    } finally {
      vi.useRealTimers()
    }
  })

  it('can be foreseen before costly fields are built', () => {
    const { log } = limited()
    const before = linesSuppressed()
    const write = (to: Logger) => to.admits('malformed bytes') && to.warn('malformed bytes')
    repeat(5, () => write(log))
    expect(linesSuppressed() - before).toBe(3)
    log.level = 'error'
    expect(log.admits('connection refused'), 'below the level').toBe(false)
    expect(linesSuppressed() - before, 'which is not counted').toBe(3)
  })
})
