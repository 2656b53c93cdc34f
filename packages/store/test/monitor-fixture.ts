// A migrated database with a monitor that reads it as a role of its own.
import { dropRole, type TestDatabase } from '@deye-hard/testkit'
import {
  ensureMonitorRole,
  type MonitorReader,
  openMonitor,
  type TimescaleFacts,
  type TimescaleMetric,
} from '../src/index.ts'
import type { GivenOptions } from '../src/settings.ts'
import { type Fixture, openFixture } from './fixture.ts'
import { type RecordingObserver, recordingObserver } from './recording-observer.ts'

export interface MonitorFixture extends Fixture {
  role: string
  monitorUrl: string
  observer: RecordingObserver
  monitor: MonitorReader
  /** Another one of the same role; closed with the fixture. */
  open(options: Partial<GivenOptions>): MonitorReader
  facts(): Promise<TimescaleFacts>
}

export async function openMonitorFixture(
  create: () => Promise<TestDatabase>,
  options: Omit<GivenOptions, 'databaseUrl'> = {},
): Promise<MonitorFixture> {
  const fixture = await openFixture(create, options)
  const { url: databaseUrl } = fixture.database
  const role = roleOf(databaseUrl)
  const monitorUrl = await ensureMonitorRole(databaseUrl, 'first', role)
  const observer = recordingObserver()
  const opened: MonitorReader[] = []
  const open = (more: Partial<GivenOptions>) => {
    const given = { databaseUrl, databaseMonitorUrl: monitorUrl, monitorCacheMs: 0, ...more }
    const monitor = openMonitor(given, { observer })
    opened.push(monitor)
    return monitor
  }
  const monitor = open({})
  return {
    ...fixture,
    role,
    monitorUrl,
    observer,
    monitor,
    open,
    async facts() {
      const outcome = await monitor.read()
      if (!outcome.up) throw new Error(outcome.reason)
      return outcome.facts
    },
    async close() {
      await Promise.all(opened.map(one => one.close()))
      await fixture.close()
      await dropRole(databaseUrl, role)
    },
  }
}

/** Roles belong to the server, so each test database has one of its own. */
export function roleOf(databaseUrl: string): string {
  return `monitor_${new URL(databaseUrl).pathname.slice(1)}`
}

/** The values of one metric by its labels, written as `public.measurement` or `policy_retention.measurement`. */
export function valuesOf(facts: TimescaleFacts, metric: TimescaleMetric): Record<string, number> {
  const entries = facts[metric].map(({ labels, value }): [string, number] => {
    const { job_id: _, ...names } = labels as Record<string, string>
    return [Object.values(names).join('.'), value]
  })
  return Object.fromEntries(entries)
}
