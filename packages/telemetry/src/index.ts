// Typed instruments, spans and log lines from the schema. No SDK here: all of it does nothing, at no cost, until `./start` has run.
export { BudgetCoin, type BudgetCoinOptions } from './budget-coin.ts'
export {
  type Adder,
  instruments,
  type LabelArgument,
  type Read,
  type Recorder,
  type Report,
} from './instruments.ts'
export {
  LOG_LEVELS,
  type LogLevel,
  type LogLimits,
  logLevelSetting,
  logLimitSettings,
} from './log-settings.ts'
export {
  createLogger,
  type FieldsArgument,
  flushLogger,
  type Logger,
  type LoggerBindings,
  type LoggerOptions,
  type LogMethod,
} from './logger.ts'
export { failRequest, setRequestAttributes, setRoute } from './request-span.ts'
export { scrub } from './scrub.ts'
export { type SerializedError, serializeError } from './serialize-error.ts'
export { isTracing, type OpenSpan, recordSpan, type SpanOptions, withSpan } from './spans.ts'
export { activeTrace, type TraceRef } from './trace-ref.ts'
