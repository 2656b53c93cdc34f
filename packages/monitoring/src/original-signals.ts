// What the original asks to be warned of: its eleven alerts and its table of signals, each with the rule that does it or the reason why none does.
import type { Tier } from './shapes/rule.ts'

export interface OriginalSignal {
  table: 'alerts' | 'signals' | 'ours'
  /** In the words of the original. */
  asks: string
  rule: string
  /** The number that it asks for, in `unit`; where the rule says it otherwise, `instead` says why. */
  number?: { target: number; unit: string; tier?: Tier }
  instead?: string
}

type How = Pick<OriginalSignal, 'number' | 'instead'>

function alert(asks: string, rule: string, how: How = {}): OriginalSignal {
  return { table: 'alerts', asks, rule, ...how }
}

function signal(asks: string, rule: string, how: How = {}): OriginalSignal {
  return { table: 'signals', asks, rule, ...how }
}

/** The table of signals names no severity. */
function limit(target: number, unit: string, tier?: Tier): How {
  return { number: { target, unit, ...(tier === undefined ? {} : { tier }) } }
}

export const ORIGINAL_SIGNALS: readonly OriginalSignal[] = [
  alert('no messages for 10 min, critical', 'CollectorSilent', {
    instead:
      'at night no messages are right; the share of the fleet that should be speaking is compared in minutes without a frame',
  }),
  alert('API error rate > 10 % for 5 min, critical', 'ApiErrorRate', limit(10, 'percent', 'critical')),
  alert('connection pool > 90 %, critical', 'PoolSaturation', limit(90, 'percent', 'critical')),
  alert('disk > 95 %, critical', 'DiskAlmostFull', limit(95, 'percent', 'critical')),
  alert('p99 > 2 s for 10 min, warning', 'ApiLatency', limit(2, 's', 'warning')),
  alert('ingestion < 1 msg/s for 30 min, warning', 'IngestRateLow', {
    instead: 'scaled to the size of the fleet and to how many of it should be awake',
  }),
  alert('token refresh failures > 5/min for 5 min, warning', 'TokenRefreshFailures', limit(5, '', 'warning')),
  alert('slow queries > 5/min, warning', 'SlowQueries', limit(5, '', 'warning')),
  alert('inverter silent > 1 h, info', 'InverterSilent', limit(1, 'h', 'info')),
  alert('cache hit ratio < 98 %, info', 'CacheHitRatio', limit(98, 'percent', 'info')),
  alert('compression lag > 7 d, info', 'CompressionLag', limit(7, 'd', 'info')),
  signal('error rate > 5 %', 'ApiErrorRate', limit(5, 'percent')),
  signal('p99 > 1 s', 'ApiLatency', limit(1, 's')),
  signal('JWT refresh failures > 10/min', 'TokenRefreshFailures', limit(10, '')),
  signal('pool > 80 %', 'PoolSaturation', limit(80, 'percent')),
  signal('expired sessions > 2 × normal', 'ExpiredSessions'),
  signal('connections 0 for 5 min', 'CollectorDown', {
    instead:
      'at night no connections are right for loggers on sunlight, so the process is asked itself; CollectorSilent watches what arrives',
  }),
  signal('parse failures > 5 %', 'ParseErrors', limit(5, 'percent')),
  signal('storage latency > 5 s', 'StorageWriteLatency', limit(5, 's')),
  signal('PostgreSQL connections > 80 %', 'DatabaseConnections', limit(80, 'percent')),
  signal('disk > 80 %', 'DiskAlmostFull', limit(80, 'percent')),
  signal('uncompressed chunks > 10 %', 'UncompressedChunks', limit(10, 'percent')),
  signal('replication lag > 5 min', 'ReplicationLag', limit(5, 'm')),
  ...[
    'ReadingsUnaccounted',
    'TelemetryDropped',
    'TargetDown',
    'JobFailed',
    'SerialContested',
    'DiskFillsIn48h',
    'Heartbeat',
  ].map((rule): OriginalSignal => ({ table: 'ours', asks: 'not asked for', rule })),
]
