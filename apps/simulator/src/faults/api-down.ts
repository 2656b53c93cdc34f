// Fault api-down: nothing a logger can do; the begin and end lines tell a drill when to stop and start the API.
import type { Fault } from './fault.ts'

export const apiDown: Fault = {
  name: 'api-down',
  about:
    'Does nothing here: a drill that reads the begin and end lines of --json takes the API away meanwhile.',
  count: 1,
  seconds: 60,
  begin: () => () => {},
}
