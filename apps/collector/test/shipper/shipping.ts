// A spool, a shipper and a fake API joined, with the clock in the hands of the test.
import { onTestFinished, vi } from 'vitest'
import { ApiClient, type ApiClientOptions } from '../../src/shipper/api-client.ts'
import type { ShipperEvent } from '../../src/shipper/contract.ts'
import { type Shipper, type ShipperOptions, startShipper } from '../../src/shipper/shipper.ts'
import type { Spool } from '../../src/spool/spool.ts'
import { append, makeSpool } from '../spool/spool-folder.ts'
import type { FakeApi } from './fake-api.ts'
import { FakeClock } from './fake-clock.ts'
import { dataFrame, LOGGER_SERIAL } from './frames.ts'

export interface Shipping {
  api: FakeApi
  clock: FakeClock
  spool: Spool
  client: ApiClient
  shipper: Shipper
  /** What the shipper told, but for the batches that went well. */
  events: ShipperEvent[]
}

export const LINGER_MS = 100

export async function startShipping(
  api: FakeApi,
  options: Partial<ShipperOptions> & { clientOptions?: Partial<ApiClientOptions> } = {},
): Promise<Shipping> {
  const clock = (options.clock as FakeClock | undefined) ?? new FakeClock()
  const spool = options.spool ?? (await makeSpool({ now: clock.now }))
  const client = makeClient(api.url, clock, options.clientOptions)
  const events: ShipperEvent[] = []
  const shipper = startShipper({
    client,
    registry: { isKnown: () => true },
    batchMessages: 10,
    lingerMs: LINGER_MS,
    report: event => void (event.kind !== 'batch_shipped' && events.push(event)),
    ...options,
    spool,
    clock,
  })
  onTestFinished(() => shipper.stop(0))
  return { api, clock, spool, client, shipper, events }
}

export function makeClient(
  apiUrl: string,
  clock: FakeClock,
  options: Partial<ApiClientOptions> = {},
): ApiClient {
  return new ApiClient({ apiUrl, clientId: 'collector', clientSecret: 'secret', clock, ...options })
}

/** Each frame is durable before the next, so that each is a group of its own. */
export async function appendFrames(
  spool: Spool,
  clock: FakeClock,
  counters: readonly number[],
): Promise<void> {
  for (const counter of counters) {
    const bytes = dataFrame(counter, clock.nowMs)
    const outcome = await append(spool, { bytes, receivedAtMs: clock.nowMs, loggerSerial: LOGGER_SERIAL })
    if (outcome !== 'durable') throw new Error(outcome)
  }
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index)
}

/** Moves the clock in small steps until the condition holds; real I/O runs in between. */
export async function advanceUntil(
  clock: FakeClock,
  holds: () => boolean,
  stepMs = LINGER_MS,
): Promise<void> {
  await vi.waitFor(
    () => {
      clock.advance(stepMs)
      if (!holds()) throw new Error('not yet')
    },
    { timeout: 15_000, interval: 1 },
  )
}

export async function drained({ clock, spool }: Shipping): Promise<void> {
  await advanceUntil(clock, () => spool.status().messages === 0)
}

/** Record counters in the order in which the API got them. */
export function arrivedCounters(api: FakeApi): number[] {
  return api.arrived.flatMap(message => (message.kind === 'reading' ? [message.reading.record_counter] : []))
}
