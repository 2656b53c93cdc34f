// Limits of an engine in tests.
import type { EngineLimits } from '../../src/engine/messages.ts'

export const LIMITS: EngineLimits = {
  queryTimeoutMs: 10_000,
  queryMemoryBytes: 200_000_000,
  queryRows: 100_000,
  memoryBytes: 500_000_000,
  readers: 2,
  retentionMs: 86_400_000,
  diskBytes: 1_000_000_000,
  sweepIntervalMs: 60_000,
  lockPatienceMs: 10_000,
}
