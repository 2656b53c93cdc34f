// Local telemetry backend: OTLP in, ClickHouse engine, dashboards, traces, logs, alert rules, mails.
export { type Engine, type EngineOptions, openEngine, type Row } from './engine/engine.ts'
export { EngineError, type EngineErrorCode } from './engine/errors.ts'
export type { EngineLimits } from './engine/messages.ts'
export type { EngineStatus } from './engine/status.ts'
