// Fault api-down: nothing a logger can do; the begin and end lines tell `npm start`, or a drill, when to stop and start the API.
import type { Fault } from './fault.ts'

export const apiDown: Fault = {
  name: 'api-down',
  about:
    'Does nothing to loggers: `npm start` reads its begin and end lines and takes the API away meanwhile.',
  count: 1,
  seconds: 600,
  mails: [{ rule: 'TargetDown', tier: 'critical', afterMinutes: 9, overAfterMinutes: 5 }],
  outcome:
    'The collector acks and keeps everything on disk until the API is back; an outage of less than five minutes mails nobody.',
  begin: () => () => {},
}
