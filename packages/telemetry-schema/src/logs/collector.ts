// Log events of the collector; each message is constant text.
import { COLLECTOR as by } from '../services.ts'
import type { LogEventDeclaration } from './log-event.ts'

const CONNECTION = ['remote_addr', 'logger_serial'] as const
const FRAME = [...CONNECTION, 'control_code', 'packet_size'] as const

export const collectorEvents = {
  'connection opened': { level: 'info', by, fields: CONNECTION },
  'connection closed': { level: 'info', by, fields: [...CONNECTION, 'reason', 'duration_ms'] },
  'logger identified': { level: 'info', by, fields: CONNECTION },
  'silent connection asked for its serial': { level: 'info', by, fields: CONNECTION },
  'frame received': { level: 'debug', by, fields: FRAME },
  'frame acknowledged': { level: 'debug', by, fields: [...FRAME, 'duration_ms'] },
  'connection refused': { level: 'warn', by, fields: ['remote_addr', 'reason'] },
  'connection closed by a limit': { level: 'warn', by, fields: [...CONNECTION, 'reason'] },
  'accepting connections failed': {
    level: 'warn',
    by,
    fields: ['error'],
    notInTour: 'needs a process without file descriptors; apps/collector/test has one',
  },
  'malformed bytes': { level: 'warn', by, fields: [...CONNECTION, 'reason', 'packet_size', 'offset'] },
  'frame start never completed': { level: 'warn', by, fields: CONNECTION },
  'frame with a code that loggers do not send': { level: 'warn', by, fields: FRAME },
  'frame not acknowledged': { level: 'warn', by, fields: [...FRAME, 'reason'] },
  'peer does not speak Solarman V5': { level: 'warn', by, fields: ['remote_addr', 'reason'] },
  'logger serial changed on a connection': { level: 'warn', by, fields: [...CONNECTION, 'previous_serial'] },
  'second connection with the same logger serial': { level: 'warn', by, fields: CONNECTION },
  'handling a frame failed': {
    level: 'error',
    by,
    fields: [...FRAME, 'error'],
    notInTour: 'needs a bug in a handler; apps/collector/test puts one in',
  },
  'writing the spool failed': {
    level: 'error',
    by,
    fields: ['error'],
    notInTour: 'needs a broken disk; apps/collector/test has one',
  },
  'batch shipped': {
    level: 'info',
    by,
    fields: ['batch_id', 'measurement_count', 'duration_ms'],
  },
  'a batch was not taken by the API': {
    level: 'warn',
    by,
    fields: ['reason', 'failures', 'pause_ms', 'status', 'detail', 'batch_id'],
  },
  'the API takes batches again': { level: 'info', by, fields: ['failures'] },
  'neither the API nor the decoder takes a message': {
    level: 'error',
    by,
    fields: ['seq', 'logger_serial', 'detail'],
    notInTour: 'needs an API that refuses what it can read; apps/collector/test has one',
  },
  'logger list refreshed': { level: 'info', by, fields: ['loggers'] },
  'logger list not refreshed': { level: 'warn', by, fields: ['reason'] },
  'service token refreshed': { level: 'info', by, fields: [] },
  'service token not refreshed': { level: 'warn', by, fields: ['reason', 'status'] },
  'logger state changed': {
    level: 'info',
    by,
    fields: ['logger_serial', 'inverter_id', 'site_id', 'state', 'previous_state', 'reason'],
  },
  'logger names another inverter': {
    level: 'warn',
    by,
    fields: ['logger_serial', 'inverter_id', 'site_id', 'inverter_serial', 'previous_inverter_serial'],
  },
} as const satisfies Record<string, LogEventDeclaration>
