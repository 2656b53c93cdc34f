// The rules that have reason to speak when everything breaks at once; docs/coverage.md names them as fired.

/** What breaks at once; Heartbeat fires as long as anything is heard. */
export const BROKEN = [
  'CollectorSilent',
  'ApiErrorRate',
  'PoolSaturation',
  'DiskAlmostFull',
  'TokenRefreshFailures',
  'InverterSilent',
  'ParseErrors',
  'SlowQueries',
  'ApiLatency',
  'CompressionLag',
  'UncompressedChunks',
  'JobFailed',
] as const
