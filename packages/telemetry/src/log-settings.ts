// Settings of the log that every service shares.
import { setting } from '@deye-hard/config'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export const logLevelSetting = setting.oneOf('LOG_LEVEL', {
  values: LOG_LEVELS,
  default: 'info',
  about: 'Least severe log line that is written',
})

/** To be spread into an app's settings; the result fits `limits` of createLogger. */
export const logLimitSettings = {
  warningsPerMinute: setting.integer('LOG_WARNINGS_PER_MINUTE', {
    default: 20,
    min: 1,
    about: 'Lines with one message written in a minute, warnings and errors; the rest is only counted',
  }),
  infosPerMinute: setting.integer('LOG_INFOS_PER_MINUTE', {
    default: 600,
    min: 1,
    about: 'Lines with one message written in a minute, info and debug; the rest is only counted',
  }),
}

export interface LogLimits {
  warningsPerMinute: number
  infosPerMinute: number
}

export const DEFAULT_LOG_LIMITS: LogLimits = {
  warningsPerMinute: logLimitSettings.warningsPerMinute.fallback!,
  infosPerMinute: logLimitSettings.infosPerMinute.fallback!,
}
