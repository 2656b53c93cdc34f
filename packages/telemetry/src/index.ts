// The logger of every service; OpenTelemetry joins it here.
export {
  createLogger,
  flushLogger,
  LOG_LEVELS,
  type Logger,
  type LoggerOptions,
  type LogLevel,
  logLevelSetting,
} from './logger.ts'
export { type SerializedError, serializeError } from './serialize-error.ts'
