// What tests share: databases, a clock that stands still, waiting for conditions, real processes, a receiver of telemetry.
export { createMigratedDatabase, dropRole, type MigratedDatabase } from './database/migrated-database.ts'
export {
  closeTestServers,
  createTestDatabase,
  type DatabaseKind,
  type DatabaseNeed,
  databaseKinds,
  type TestDatabase,
} from './database/test-database.ts'
export { type FixedClock, fixedClock } from './fixed-clock.ts'
export { isAlive } from './is-alive.ts'
export type { Behaviour } from './otlp/behaviour.ts'
export { DECLARED_TELEMETRY, type TelemetrySchema } from './otlp/declared.ts'
export {
  type OtlpCounts,
  type OtlpReceiver,
  type OtlpReceiverOptions,
  startOtlpReceiver,
} from './otlp/otlp-receiver.ts'
export type {
  Attributes,
  AttributeValue,
  MetricPoint,
  MetricType,
  Origin,
  ReceivedLog,
  ReceivedSpan,
  Signal,
  SpanKind,
} from './otlp/received.ts'
export type { SignalCounts } from './otlp/reception.ts'
export { holdAgainstSchema, type ReceivedTelemetry } from './otlp/schema-check.ts'
export type { WaitOptions } from './otlp/wait-for.ts'
export { type NodeProcess, type ProcessExit, spawnNode } from './spawn-node.ts'
export { waitUntil } from './wait-until.ts'
