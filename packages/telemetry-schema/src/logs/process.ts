// Log events of every service: its start and end, and its telemetry.
import { BOTH as by } from '../services.ts'
import type { LogEventDeclaration } from './log-event.ts'

const UNTIL_THE_END = 'written when telemetry is going down or away; packages/telemetry/test has it'

export const processEvents = {
  listening: { level: 'info', by, fields: ['host', 'port', 'http_port', 'metrics_port', 'pid'] },
  stopping: { level: 'info', by, fields: ['signal'] },
  stopped: { level: 'info', by, fields: [] },
  'unexpected error': { level: 'fatal', by, fields: ['error'], notInTour: 'needs a bug' },
  'log lines left out in the last minute': {
    level: 'warn',
    by,
    fields: ['suppressed'],
    notInTour: 'a service of the tour rarely lives for a minute; packages/telemetry/src has its test',
  },
  'telemetry is sent': { level: 'info', by, fields: ['endpoint'] },
  'telemetry is off': { level: 'info', by, fields: [], notInTour: 'the tour has it on' },
  'telemetry is not taken': {
    level: 'warn',
    by,
    fields: ['endpoint', 'signal', 'reason', 'dropped'],
    notInTour: UNTIL_THE_END,
  },
  'telemetry is taken again': {
    level: 'info',
    by,
    fields: ['endpoint', 'signal', 'dropped'],
    notInTour: UNTIL_THE_END,
  },
  'telemetry reports a fault': {
    level: 'warn',
    by,
    fields: ['detail'],
    notInTour: 'what OpenTelemetry complains about, which is a bug of ours; packages/telemetry/test has one',
  },
} as const satisfies Record<string, LogEventDeclaration>
