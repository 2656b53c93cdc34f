// What is traced stays within its budget, however many frames come, and what was left out is counted.
import { activeTrace, isTracing, withSpan } from '@deye-hard/telemetry'
import { beforeEach, expect, it } from 'vitest'
import { startIntake, until } from '../harness.ts'
import { makeSpool } from '../spool/spool-folder.ts'
import { data, heartbeat } from './frames.ts'
import { startTelemetryHere } from './telemetry-here.ts'

const receiver = await startTelemetryHere()
beforeEach(() => receiver.clear())

/** Each test looks for an outcome of its own: spans of the one before may come late. */
const messages = (outcome: string) =>
  receiver.spans.filter(
    ({ name, attributes }) => name === 'logger message' && attributes['frame.outcome'] === outcome,
  )

it('traces every message of a small fleet, and about the budget of a large one', async () => {
  const test = await startIntake({ env: { FRAME_SPANS_PER_SECOND: '1', UNACKED_FRAMES_MAX: '100000' } })
  const logger = await test.logger()
  const send = async (count: number) => {
    logger.send(Buffer.concat(Array.from({ length: count }, () => data(1))))
    await logger.take(count * 23)
  }
  await send(10)
  await until(() => messages('acked').length === 10)
  expect(messages('acked').map(({ attributes }) => attributes['sampling.probability'])).toEqual(
    Array(10).fill(1),
  )
  // The clock stands, so all of it falls into one window of ten seconds: a budget of 10.
  await send(3_000)
  await receiver.waitForSpan(({ attributes }) => Number(attributes['sampling.probability']) < 0.2)
  expect(test.intake.tracing.budget.messageProbability).toBeLessThan(0.004)
  // Expected are 10 (1 + ln 301) = 67, with a deviation of about 8.
  expect(messages('acked').length).toBeLessThan(130)
  // What the gauge says rises again though no message comes.
  expect(test.intake.tracing.budget.messageProbabilityNow).toBeLessThan(0.004)
  test.pass(20_000)
  expect(test.intake.tracing.budget.messageProbabilityNow).toBe(1)
})

it('keeps errors within a budget of their own, and counts the rest', async () => {
  const test = await startIntake({ env: { ERROR_SPANS_PER_SECOND: '1', FRAME_SPANS_PER_SECOND: '0' } })
  const logger = await test.logger()
  const garbage = Buffer.from('AT+KEY\r\n')
  logger.send(Buffer.concat(Array.from({ length: 400 }, () => [garbage, heartbeat]).flat()))
  await logger.take(400 * 23)
  const { budget } = test.intake.tracing
  await until(
    () => messages('malformed').length === 400 - budget.errorsLeftOut,
    'a span of each error that was not left out',
  )
  expect(test.intake.parts.counters.frames_malformed.garbage).toBe(400)
  expect(budget.errorsLeftOut).toBeGreaterThan(200)
  expect(messages('malformed').length).toBeGreaterThanOrEqual(10)
})

it('a commit calls back outside of the trace of whoever began it', async () => {
  const spool = await makeSpool()
  expect(isTracing()).toBe(true)
  const entry = { receivedAtMs: Date.now(), messageClass: 'message', loggerSerial: 1 } as const
  const inside = await withSpan('shipment', { parent: null }, async () => {
    const noted = spool.writeNote('name', 'text')
    const traces = [activeTrace()]
    await new Promise<void>(resolve =>
      spool.append({ ...entry, bytes: Buffer.alloc(20) }, () => {
        traces.push(activeTrace())
        resolve()
      }),
    )
    await noted
    return [...traces, activeTrace()]
  })
  expect(inside).toEqual([expect.anything(), null, expect.anything()])
})
