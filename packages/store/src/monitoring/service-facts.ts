// Counts what only the database knows: active users and sessions, and the ledger of all collectors.
import type { MonitoringRepository, ServiceFacts } from '../contract.ts'
import type { Database } from '../database.ts'

const ACTIVE_WINDOW_MS = 86_400_000

interface FactsRow {
  active_users: number
  active_sessions: number
  stored: number
  duplicates: number
  quarantined: number
  events: number
}

export function createMonitoringRepository(database: Database): MonitoringRepository {
  return {
    async serviceFacts(now) {
      const since = new Date(now.getTime() - ACTIVE_WINDOW_MS)
      const { rows } = await database.query<FactsRow>('monitoring.service', SERVICE_FACTS, [now, since])
      return toFacts(rows[0] as FactsRow)
    },
  }
}

/** Both counts read their index alone (0006_session_activity). A user who was disabled today was active today all the same. */
export const SERVICE_FACTS = `
  SELECT (SELECT count(DISTINCT user_id) FROM session_family WHERE last_used_at >= $2) AS active_users,
         (SELECT count(*) FROM session_family WHERE revoked_at IS NULL AND open_until > $1) AS active_sessions,
         coalesce(sum(stored), 0)::bigint AS stored, coalesce(sum(duplicates), 0)::bigint AS duplicates,
         coalesce(sum(quarantined), 0)::bigint AS quarantined, coalesce(sum(events), 0)::bigint AS events
  FROM ledger`

function toFacts({ active_users, active_sessions, ...ledger }: FactsRow): ServiceFacts {
  return { activeUsers: active_users, activeSessions: active_sessions, ledger }
}
