// How long SigNoz keeps each signal: two old endpoints for traces and metrics, a new one for logs (contract 4).
import { setTimeout as delay } from 'node:timers/promises'
import { OpsError } from '../errors.ts'
import type { Stored } from './change.ts'
import { expectDone } from './refusals.ts'
import type { SigNozClient } from './signoz-client.ts'

const HOURS_PER_DAY = 24
/** Less than a second on empty tables; full ones are rewritten part by part. */
const SETTLING_LIMIT_MS = 300_000
const LOOK_AGAIN_MS = 500

interface LogRetention {
  status: string
  default_ttl_days: number
  ttl_conditions?: unknown[] | null
}

interface State {
  days: number
  /** pending, success or failed. */
  status: string
}

export async function readRetention(client: SigNozClient): Promise<Stored[]> {
  const signals = ['traces', 'metrics', 'logs'] as const
  const states = await Promise.all(signals.map(signal => readState(client, signal)))
  return signals.map((signal, index) => ({
    kind: 'retention',
    name: signal,
    id: signal,
    document: { days: states[index]!.days },
    // Never to be removed: there is always a retention.
    ours: false,
  }))
}

/** The answer to the request says nothing, also when the table refused: only reading it back does. */
export async function writeRetention(client: SigNozClient, signal: string, days: number): Promise<void> {
  const subject = `the retention of ${signal}`
  expectDone(client, await request(client, signal, days), subject)
  const deadlineMs = performance.now() + SETTLING_LIMIT_MS
  for (;;) {
    const state = await readState(client, signal)
    if (state.status === 'success' && state.days === days) return
    if (state.status === 'failed' || performance.now() > deadlineMs)
      throw new OpsError(
        'OPS_UNAVAILABLE',
        `SigNoz has not set ${subject} to ${days} days (status ${state.status}, ${state.days} days): see the log of ClickHouse and run this again.`,
      )
    await delay(LOOK_AGAIN_MS)
  }
}

async function request(client: SigNozClient, signal: string, days: number) {
  if (signal !== 'logs')
    return client.ask('POST', `/api/v1/settings/ttl?type=${signal}&duration=${days * HOURS_PER_DAY}h`)
  const { ttl_conditions: conditions } = await readLogs(client)
  return client.ask('POST', '/api/v2/settings/ttl', {
    type: 'logs',
    defaultTTLDays: days,
    // Whoever keeps some logs longer by hand keeps doing so.
    ttlConditions: conditions ?? [],
  })
}

async function readState(client: SigNozClient, signal: string): Promise<State> {
  if (signal === 'logs') {
    const { default_ttl_days: days, status } = await readLogs(client)
    return { days, status }
  }
  const answer = await client.ask<Record<string, unknown>>('GET', `/api/v1/settings/ttl?type=${signal}`)
  const found = expectDone(client, answer, `the retention of ${signal}`)
  return {
    days: Number(found[`${signal}_ttl_duration_hrs`]) / HOURS_PER_DAY,
    status: String(found.status),
  }
}

async function readLogs(client: SigNozClient): Promise<LogRetention> {
  return expectDone(
    client,
    await client.ask<LogRetention>('GET', '/api/v2/settings/ttl'),
    'the retention of logs',
  )
}
