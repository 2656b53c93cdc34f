// Metrics of the fleet, made by the collector: what each registered logger does, and what all of them should be doing.
import { oneOf, registered } from '../domain-of-label.ts'
import { LOGGER_STATES, loggerLabels } from '../labels.ts'
import { gauge } from '../metric.ts'
import { COLLECTOR as by } from '../services.ts'

/** The most that LOGGER_SERIES_MAX of the collector may be; it bounds loggers and sites alike. */
const LOGGERS_MAX = 5_000

export const fleetMetrics = {
  'solar.logger.message_age': gauge({
    unit: 's',
    about: 'Time since the last frame of a logger; none before its first',
    labels: loggerLabels,
    seriesMax: LOGGERS_MAX,
    by,
  }),
  'solar.logger.state': gauge({
    unit: '1',
    about: '1 for the state that the logger is in, 0 for the others; knows the night',
    labels: { ...loggerLabels, state: oneOf(LOGGER_STATES) },
    seriesMax: LOGGERS_MAX * LOGGER_STATES.length,
    by,
  }),
  'solar.logger.message_rate': gauge({
    unit: '{message}/min',
    about: 'Data messages of a logger per minute, over the last five minutes',
    labels: loggerLabels,
    seriesMax: LOGGERS_MAX,
    by,
  }),
  'solar.logger.retry_ratio': gauge({
    unit: '1',
    about: 'Share of the data messages of a logger in the last hour that repeat one we had acked',
    labels: loggerLabels,
    seriesMax: LOGGERS_MAX,
    by,
  }),
  'solar.logger.wifi_signal': gauge({
    unit: '%',
    about: 'Wi-Fi signal of its present connection that a logger reported last',
    labels: loggerLabels,
    seriesMax: LOGGERS_MAX,
    by,
  }),
  'solar.logger.inverter_changes': gauge({
    unit: '{change}',
    about:
      'Live records of the last half hour that name another inverter than the record before; none of a logger whose records never did',
    labels: loggerLabels,
    seriesMax: LOGGERS_MAX,
    by,
  }),
  'solar.logger.series_dropped': gauge({
    unit: '{logger}',
    about: 'Registered loggers without series of their own, because there are more than LOGGER_SERIES_MAX',
    by,
  }),
  'solar.fleet.series_dropped': gauge({
    unit: '{site}',
    about: 'Sites without series of their own, because there are more than LOGGER_SERIES_MAX',
    by,
  }),
  'solar.fleet.loggers': gauge({
    unit: '{logger}',
    about: 'Registered loggers by state',
    labels: { state: oneOf(LOGGER_STATES) },
    by,
  }),
  'solar.fleet.expected': gauge({
    unit: '{logger}',
    about: 'Loggers of a site that should be speaking now',
    labels: { 'site.id': registered('site') },
    seriesMax: LOGGERS_MAX,
    by,
  }),
  'solar.fleet.silent': gauge({
    unit: '{logger}',
    about: 'Loggers of a site that should be speaking and do not',
    labels: { 'site.id': registered('site') },
    seriesMax: LOGGERS_MAX,
    by,
  }),
  'solar.fleet.silent_share': gauge({
    unit: '1',
    about: 'silent / expected of a site; 0 while none is expected',
    labels: { 'site.id': registered('site') },
    seriesMax: LOGGERS_MAX,
    by,
  }),
  'solar.fleet.all.expected': gauge({ unit: '{logger}', about: 'The same for all sites', by }),
  'solar.fleet.all.expected_rate': gauge({
    unit: '{message}/min',
    about:
      'Messages that the loggers that should be speaking owe by their registered upload intervals; one a minute from a logger without',
    by,
  }),
  'solar.fleet.all.silent': gauge({ unit: '{logger}', about: 'The same for all sites', by }),
  'solar.fleet.all.silent_share': gauge({ unit: '1', about: 'The same for all sites', by }),
} as const
