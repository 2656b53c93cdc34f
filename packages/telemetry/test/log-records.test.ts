// Log lines as a receiver gets them, beside what stands on stdout.
import { withSpan } from '@deye-hard/telemetry'
import { holdAgainstSchema } from '@deye-hard/testkit'
import { describe, expect, it } from 'vitest'
import { openReceiver, recordingLogger, startForTest } from './start-for-test.ts'

describe('a log line', () => {
  it('arrives with its level, fields and trace, as it stands on stdout', async () => {
    const receiver = await openReceiver()
    await startForTest(receiver.url)
    const { lines, log } = recordingLogger()
    const cause = new TypeError('no route')
    withSpan('token refresh', {}, () =>
      log.child({ logger: 'auth' }).warn('service token not refreshed', { reason: 'timeout', status: 503 }),
    )
    log.error('writing the spool failed', { error: new Error('disk of admin@example.com', { cause }) })
    const warned = await receiver.waitForLog('service token not refreshed')
    const span = await receiver.waitForSpan('token refresh')
    expect(warned).toMatchObject({
      severityNumber: 13,
      severityText: 'WARN',
      traceId: span.traceId,
      spanId: span.spanId,
      attributes: { logger: 'auth', reason: 'timeout', status: 503 },
      timeMs: Date.parse(String(lines[0]!.timestamp)),
    })
    expect(lines[0]).toMatchObject({ trace_id: span.traceId, span_id: span.spanId, status: 503 })
    const failed = await receiver.waitForLog('writing the spool failed')
    expect(failed.attributes).toMatchObject({
      'error.type': 'Error',
      'error.message': 'disk of [redacted]',
      'error.stack': expect.stringContaining('log-records.test.ts'),
      'error.cause': expect.stringContaining('no route'),
    })
    expect(JSON.stringify([receiver.logs, lines])).not.toContain('admin@example')
    expect(holdAgainstSchema(receiver, undefined, { expectedFrom: [] })).toEqual([])
  })

  it('that is left out or below the level does not arrive either, and is counted', async () => {
    const receiver = await openReceiver()
    await startForTest(receiver.url)
    const { log } = recordingLogger({ limits: { warningsPerMinute: 1, infosPerMinute: 1 } })
    for (let n = 0; n < 5; n += 1) log.info('service token refreshed')
    log.debug('frame received', { packet_size: 1 })
    await log.flush()
    const left = await receiver.waitForLog('log lines left out in the last minute')
    expect(left.attributes).toEqual({ 'suppressed.service token refreshed': 4 })
    expect(receiver.logs.filter(({ body }) => body === 'service token refreshed')).toHaveLength(1)
    expect(receiver.logs.filter(({ body }) => body === 'frame received')).toEqual([])
    await receiver.waitForMetric('solar.log.lines_suppressed', ({ value }) => value! >= 4)
  })
})
