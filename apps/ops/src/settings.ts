// The environment of the operator's commands; every setting is optional beside a running `npm start`.
import { setting } from '@deye-hard/config'

export const opsSettings = {
  collectorStatusUrl: setting.url('COLLECTOR_STATUS_URL', {
    protocols: ['http', 'https'],
    example: 'http://127.0.0.1:8898/status',
    about: 'Status page of the collector for `ops ledger`; unset: that of a running `npm start`',
    optional: true,
  }),
  // The same two limits as the collector's: a replay must judge a frame's time as the collector would.
  timeTolerance: setting.duration('ACQUISITION_TIME_TOLERANCE', {
    default: '5m',
    min: 0,
    about: 'How far the clock of a logger may be off before its time counts as estimated',
  }),
  readingMaxAge: setting.duration('READING_MAX_AGE', {
    default: '400d',
    min: '1d',
    about: 'Older readings go to quarantine; the retention of the database',
  }),
}
