// The figures of the status line and the report, each asked from the part that counts it.
import type { Store } from '@deye-hard/store'
import { type CollectorStatus, readCollectorStatus } from '../collector-status.ts'
import { parseObject, type Service } from './service.ts'

/** The simulator's own counts since it started. */
export interface SimulatorStats {
  connected: number
  frames_sent: number
  frames_acked: number
  data_sent: number
  data_acked: number
  retries: number
  replays: number
  asleep: number
}

export interface Figures {
  /** null while it does not answer. */
  collector: CollectorStatus | null
  /** Sums over all collectors, from the database; null while it does not answer. */
  database: { stored: number; duplicates: number; quarantined: number } | null
  simulator: SimulatorStats | null
  /** Services that are not up, as `api restarting`. */
  trouble: string[]
  /** Null without lens. */
  lensUrl: string | null
}

/** Keeps the newest line of the simulator. */
export class StatsReader {
  latest: SimulatorStats | null = null

  readonly onLine = (line: string): boolean => {
    const event = parseObject(line)
    if (event?.type !== 'stats') return false
    this.latest = event as unknown as SimulatorStats
    return true
  }
}

export async function readFigures(source: {
  statusUrl: string
  store: Store
  stats: StatsReader
  services: Service[]
  databaseUp: boolean
  lensUrl: string | null
}): Promise<Figures> {
  const [status, database] = await Promise.all([
    readCollectorStatus(source.statusUrl),
    source.databaseUp ? readDatabase(source.store) : null,
  ])
  const down = source.services.filter(service => service.state !== 'running')
  const trouble = down.map(service => `${service.spec.name} ${service.state}`)
  if (database === null) trouble.push('postgres does not answer')
  return {
    collector: status.kind === 'status' ? status.status : null,
    database,
    simulator: source.stats.latest,
    trouble,
    lensUrl: source.lensUrl,
  }
}

export function statusText(figures: Figures): string {
  const { collector, database, simulator } = figures
  const parts = [
    `received ${count(framesReceived(collector))}`,
    `acked ${count(acksSent(collector))}`,
    `rows stored ${count(database?.stored)}`,
    `waiting ${count(collector?.ledger.waiting)}`,
    `quarantined ${count(database?.quarantined)}`,
    `loggers ${count(collector?.connections.active)}${simulator && simulator.asleep > 0 ? ` (${count(simulator.asleep)} asleep)` : ''}`,
  ]
  // First, because the end of the line is what a narrow terminal cuts.
  const trouble = figures.trouble.length > 0 ? `! ${figures.trouble.join(', ')} · ` : ''
  const lens = figures.lensUrl === null ? '' : ` · ${figures.lensUrl}`
  return `${trouble}frames ${parts.join(' · ')}${lens}`
}

export function statusEvent(figures: Figures): Record<string, unknown> {
  const { collector, database, simulator, trouble } = figures
  return {
    event: 'status',
    frames_received: framesReceived(collector) ?? null,
    frames_acked: acksSent(collector) ?? null,
    rows_stored: database?.stored ?? null,
    waiting: collector?.ledger.waiting ?? null,
    quarantined: database?.quarantined ?? null,
    loggers_connected: collector?.connections.active ?? null,
    simulator,
    trouble,
  }
}

function framesReceived(status: CollectorStatus | null): number | undefined {
  return sum(status?.counters.frames_received)
}

function acksSent(status: CollectorStatus | null): number | undefined {
  return sum(status?.counters.acks_sent)
}

/** A counter is a number, or one number for each value of its label. */
function sum(counter: number | Record<string, number> | undefined): number | undefined {
  if (counter === undefined || typeof counter === 'number') return counter
  return Object.values(counter).reduce((total, value) => total + value, 0)
}

function count(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : value.toLocaleString('en')
}

/** null instead of an error: the status line goes on while the database is being started again. */
async function readDatabase(store: Store): Promise<Figures['database']> {
  try {
    const rows = await store.ledger.all()
    const total = (pick: (row: (typeof rows)[number]) => number) =>
      rows.reduce((whole, row) => whole + pick(row), 0)
    return {
      stored: total(row => row.stored),
      duplicates: total(row => row.duplicates),
      quarantined: total(row => row.quarantined),
    }
  } catch {
    return null
  }
}
