// Log events of the API; each message is constant text.
import { API as by } from '../services.ts'
import type { LogEventDeclaration } from './log-event.ts'

const REQUEST = [
  'request_id',
  'http_method',
  'http_route',
  'http_status',
  'duration_ms',
  'problem',
  'user_id',
  'client_id',
  'inverter_id',
  'measurement_count',
] as const

export const apiEvents = {
  'request completed': { level: 'info', by, fields: REQUEST },
  'probe answered': { level: 'debug', by, fields: REQUEST },
  'request failed': {
    level: 'error',
    by,
    fields: ['request_id', 'problem', 'error'],
    notInTour: 'needs a bug; apps/api/test puts one in',
  },
  'request failed, database away': { level: 'warn', by, fields: ['request_id', 'problem', 'error'] },
  'framework warning': {
    level: 'warn',
    by,
    fields: ['request_id', 'detail', 'error'],
    notInTour: 'needs a bug in a route; apps/api/test puts one in',
  },
  'framework error': {
    level: 'error',
    by,
    fields: ['request_id', 'detail', 'error'],
    notInTour: 'needs a bug in a route; apps/api/test puts one in',
  },
  'request aborted': {
    level: 'debug',
    by,
    fields: ['request_id', 'http_method', 'http_route', 'duration_ms'],
    notInTour: 'needs a caller that hangs up in the middle of a request; apps/api/test has one',
  },
  'statement done': { level: 'debug', by, fields: ['db_operation', 'duration_ms'] },
  'slow statement': { level: 'warn', by, fields: ['db_operation', 'duration_ms'] },
  'log-in failed': { level: 'info', by, fields: ['request_id', 'reason'] },
  'refresh token reused, session ended': { level: 'warn', by, fields: ['request_id', 'user_id'] },
  'database ready': { level: 'info', by, fields: [] },
  'database not ready': { level: 'warn', by, fields: ['reason', 'retry_in_ms'] },
  'idle database connection broke': { level: 'warn', by, fields: ['error'] },
  'database maintained': { level: 'info', by, fields: ['rows_dropped'], notInTour: 'once an hour' },
  'database not maintained': { level: 'warn', by, fields: ['error'], notInTour: 'once an hour' },
  'database facts not read': { level: 'warn', by, fields: ['error'] },
  'database facts not scraped': { level: 'warn', by, fields: ['reason'] },
  'metrics not rendered': { level: 'error', by, fields: ['error'], notInTour: 'needs a bug' },
  'signing keys reloaded': {
    level: 'info',
    by,
    fields: ['signing_kid'],
    notInTour: 'needs a change of keys; apps/api/test has one',
  },
  'signing keys not reloaded': {
    level: 'error',
    by,
    fields: ['error'],
    notInTour: 'needs a broken file of keys; apps/api/test has one',
  },
  'requests cut off at shutdown': {
    level: 'warn',
    by,
    fields: [],
    notInTour: 'needs a request that does not end',
  },
  'database connections cut off at shutdown': {
    level: 'warn',
    by,
    fields: [],
    notInTour: 'needs a database that hangs at the end',
  },
} as const satisfies Record<string, LogEventDeclaration>
