// Local telemetry backend: OTLP in, ClickHouse engine, dashboards, traces, logs, alert rules, mails.
export { type Engine, type EngineOptions, openEngine, type Row } from './engine/engine.ts'
export { EngineError, type EngineErrorCode } from './engine/errors.ts'
export type { EngineLimits } from './engine/messages.ts'
export type { EngineStatus } from './engine/status.ts'
export type { InsertTable } from './engine/tables.ts'
export { IntakeError, type IntakeErrorCode } from './intake/errors.ts'
export { type Intake, type IntakeOptions, startIntake } from './intake/intake.ts'
export type { ReceiverStatus } from './intake/receive.ts'
export { type Scraper, type ScraperOptions, startScraper } from './scrape/scraper.ts'
export type { ScrapeTarget, TargetStatus } from './scrape/target.ts'
export {
  engineOptionsOf,
  intakeOptionsOf,
  type LensSettings,
  lensSettings,
  readLensSettings,
  scraperOptionsOf,
} from './settings.ts'
