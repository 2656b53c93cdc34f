// Keeps the tables within age and size by dropping whole hours, the oldest first.
import { DATABASES, INSERT_TABLES } from './tables.ts'

/** Partition ids of every table are whole hours since 1970. */
const HOUR_MS = 3_600_000

export interface Partition {
  table: string
  hour: number
  bytes: number
}

export interface SweepPlan {
  expired: Partition[]
  evicted: Partition[]
  /** What is left afterwards. */
  bytes: number
}

/** Parts that merges have replaced go within OLD_PARTS_SECONDS of tables.ts; counting them would evict twice. */
export const PARTITIONS_STATEMENT = `SELECT concat(database, '.', table) AS table, toInt64(partition_id) AS hour, sum(bytes_on_disk) AS bytes
FROM system.parts WHERE active AND database IN (${DATABASES.map(name => `'${name}'`).join(', ')})
GROUP BY 1, 2 ORDER BY hour`

/** An hour is too old when its last moment is. The bound holds for the running hour too: a flood may take it. */
export function planSweep(
  partitions: readonly Partition[],
  limits: { retentionMs: number; diskBytes: number },
  nowMs: number,
): SweepPlan {
  const oldestHour = Math.floor((nowMs - limits.retentionMs) / HOUR_MS)
  const expired = partitions.filter(({ hour }) => hour < oldestHour)
  const kept = partitions.filter(({ hour }) => hour >= oldestHour).sort((a, b) => a.hour - b.hour)
  let bytes = kept.reduce((sum, partition) => sum + partition.bytes, 0)
  const evicted: Partition[] = []
  for (const partition of kept) {
    if (bytes <= limits.diskBytes) break
    bytes -= partition.bytes
    evicted.push(partition)
  }
  return { expired, evicted, bytes }
}

/** Throws for a table that is none of ours: names come from the engine, but they go into a statement. */
export function dropStatement({ table, hour }: Partition): string {
  if (!INSERT_TABLES.includes(table as never) || !Number.isSafeInteger(hour))
    throw new TypeError(`No partition of lens: ${table} ${hour}`)
  return `ALTER TABLE ${table} DROP PARTITION ID '${hour}'`
}
