// Any order of arrivals, outages, odd answers, crashes of the collector: the ledger balances after every step.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Shipper, startShipper } from '../../src/shipper/shipper.ts'
import { openSpool, type Spool } from '../../src/spool/spool.ts'
import { append, MIB, makeFolder } from '../spool/spool-folder.ts'
import { type FakeApi, startFakeApi } from './fake-api.ts'
import { FakeClock } from './fake-clock.ts'
import { cutHelloFrame, dataFrame, helloFrame, LOGGER_SERIAL } from './frames.ts'
import { advanceUntil, makeClient } from './shipping.ts'

type Step =
  | { do: 'append'; frames: ('data' | 'hello' | 'cut_hello')[] }
  | { do: 'pass'; ms: number }
  | { do: 'api'; state: 'up' | 'down' | 'lost_answers' | 'refusing' }
  | { do: 'restart' }

const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('append' as const),
        frames: fc.array(fc.constantFrom('data' as const, 'hello' as const, 'cut_hello' as const), {
          minLength: 1,
          maxLength: 12,
        }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 20_000 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('api' as const),
        state: fc.constantFrom('up' as const, 'down' as const, 'lost_answers' as const, 'refusing' as const),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  ),
  { minLength: 5, maxLength: 30 },
)

test('the ledger balances at every moment, and with the API at the end', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(steps, async script => {
      const system = await startSystem()
      for (const step of script) {
        await system.run(step)
        system.expectBalance()
      }
      await system.finish()
    }),
    { numRuns: Number(process.env.MODEL_RUNS ?? 25) },
  )
})

async function startSystem() {
  const folder = await makeFolder()
  const api = await startFakeApi()
  const clock = new FakeClock()
  let counter = 0
  let { spool, shipper } = await startCollector()
  // One message in seven is rejected as a reading, one in eleven a duplicate: decided by its number, so repeats agree.
  api.decide = ({ seq, kind }) => {
    if (kind === 'undecodable') return { outcome: 'quarantined', reason: 'invalid_message' }
    if (seq % 7 === 0) return { outcome: 'rejected', reason: 'no' }
    return { outcome: seq % 11 === 0 ? 'duplicate' : 'stored' }
  }
  return { run, expectBalance, finish }

  async function startCollector(): Promise<{ spool: Spool; shipper: Shipper }> {
    const spool = await openSpool({ folder, maxBytes: 16 * MIB, now: clock.now })
    const client = makeClient(api.url, clock)
    const registry = { isKnown: () => true }
    return { spool, shipper: startShipper({ spool, client, registry, clock, batchMessages: 5 }) }
  }

  async function run(step: Step): Promise<void> {
    if (step.do === 'append') await Promise.all(step.frames.map(appendFrame))
    else if (step.do === 'api') setState(api, step.state)
    else if (step.do === 'restart') await restart()
    else {
      clock.advance(step.ms)
      await new Promise(resolve => setImmediate(resolve))
    }
  }

  function appendFrame(kind: 'data' | 'hello' | 'cut_hello'): Promise<unknown> {
    const bytes = {
      data: dataFrame(counter++, clock.nowMs),
      hello: helloFrame(),
      cut_hello: cutHelloFrame(),
    }[kind]
    const messageClass = kind === 'data' ? 'message' : 'event'
    return append(spool, { bytes, messageClass, receivedAtMs: clock.nowMs, loggerSerial: LOGGER_SERIAL })
  }

  /** As after a kill: nothing is waited for, what was in flight is cut off. */
  async function restart(): Promise<void> {
    await shipper.stop(0)
    await spool.close()
    ;({ spool, shipper } = await startCollector())
  }

  function expectBalance(): void {
    const { ledger, events, messages } = spool.status()
    expect(ledger.unaccounted).toBe(0)
    expect(events.received).toBe(events.stored + events.quarantined + events.waiting)
    expect(messages).toBe(ledger.waiting + events.waiting)
  }

  async function finish(): Promise<void> {
    setState(api, 'up')
    await advanceUntil(clock, () => spool.status().messages === 0, 1_000)
    expectBalance()
    const { ledger, events } = spool.status()
    const { stored, duplicates, quarantined } = ledger
    expect({ stored, duplicates, quarantined, events: events.stored }).toEqual(api.ledger)
    await shipper.stop(0)
    await spool.close()
    await api.close()
  }
}

function setState(api: FakeApi, state: 'up' | 'down' | 'lost_answers' | 'refusing'): void {
  api.misbehave = (request, response, body) => {
    if (state === 'up') return false
    if (state === 'down') request.destroy()
    else if (
      request.url !== '/api/measurements' ||
      !api.tokens.includes(tokenOf(request.headers.authorization))
    )
      return false
    else if (state === 'refusing') response.writeHead(413).end()
    else {
      // Stored, and the answer gets lost: the same batch must come again under its id.
      api.answer(body, { writeHead: () => ({ end: () => response.destroy() }) } as never)
    }
    return true
  }
}

function tokenOf(authorization: string | undefined): string {
  return authorization?.slice(7) ?? ''
}
