// What telemetry says about the database at each export: whether it answers, its pool, and facts that only it knows.
import type { ServiceFacts, Store } from '@deye-hard/store'
import { instruments, type Logger } from '@deye-hard/telemetry'
import type { Clock } from '../clock.ts'
import type { DatabaseGate } from '../database-gate.ts'
import type { DatabaseHealth } from './database-health.ts'

const POOL = { 'db.client.connection.pool.name': 'api' } as const
/** A question that waits for longer says that the database does not answer. */
const FACTS_TIMEOUT_MS = 5_000

export interface DatabaseSignalParts {
  store: Pick<Store, 'monitoring' | 'pool'>
  gate: DatabaseGate
  health: DatabaseHealth
  clock: Clock
  lines: Logger
}

/** Returns what ends it. */
export function exportDatabaseSignals(parts: DatabaseSignalParts): () => void {
  const { store } = parts
  const asked = createFacts(parts)
  const isUp = () => parts.gate.shutBecause === null && parts.health.answers() !== false && !asked.hangs()
  const facts = () => {
    asked.ask()
    return isUp() ? asked.known() : null
  }
  const endings = [
    instruments.observe('db.client.connection.count', report => {
      const { total, idle } = store.pool
      report(total - idle, { ...POOL, 'db.client.connection.state': 'used' })
      report(idle, { ...POOL, 'db.client.connection.state': 'idle' })
    }),
    instruments.observe('db.client.connection.max', report => report(store.pool.max, POOL)),
    instruments.observe('db.client.connection.pending_requests', report => report(store.pool.waiting, POOL)),
    instruments.observe('solar.db.up', report => report(isUp() ? 1 : 0)),
    instruments.observe('solar.users.active', report => {
      const known = facts()
      if (known !== null) report(known.activeUsers, { window: '24h' })
    }),
    instruments.observe('solar.auth.sessions_active', report => {
      const known = facts()
      if (known !== null) report(known.activeSessions)
    }),
    instruments.observe('solar.ledger.messages', report => {
      const { ledger } = facts() ?? {}
      if (ledger === undefined) return
      report(ledger.stored, { outcome: 'stored' })
      report(ledger.duplicates, { outcome: 'duplicate' })
      report(ledger.quarantined, { outcome: 'quarantined' })
      report(ledger.events, { outcome: 'event' })
    }),
  ]
  return () => {
    for (const end of endings) end()
  }
}

interface Facts {
  /** Each export asks for the next one, one question at a time; an answer is told once it is there. */
  ask(): void
  /** null when the last question was not answered. */
  known(): ServiceFacts | null
  hangs(): boolean
}

function createFacts({ store, gate, clock, lines }: DatabaseSignalParts): Facts {
  let known: ServiceFacts | null = null
  let askedMs: number | null = null
  let failed = false
  const read = async () => {
    try {
      known = await store.monitoring.serviceFacts(clock())
      failed = false
    } catch (error) {
      known = null
      if (!failed) lines.warn('database facts not read', { error })
      failed = true
    }
    askedMs = null
  }
  return {
    ask() {
      if (askedMs !== null || gate.shutBecause !== null) return
      askedMs = performance.now()
      void read()
    },
    known: () => known,
    hangs: () => askedMs !== null && performance.now() - askedMs > FACTS_TIMEOUT_MS,
  }
}
