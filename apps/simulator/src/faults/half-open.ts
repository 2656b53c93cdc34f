// Fault half-open: loggers dial a new connection and leave the old one standing.
import type { Task } from '../clock/schedule.ts'
import { type Fault, pickAwake } from './fault.ts'

const AGAIN_MS = 15_000

export const halfOpen: Fault = {
  name: 'half-open',
  about: 'Loggers reconnect every 15 s and never close the socket before: two connections, one serial.',
  count: 5,
  seconds: 60,
  mails: [],
  outcome:
    'The newer connection speaks for the serial; the older ones are closed when they have been idle for six minutes.',
  begin(context) {
    const chosen = pickAwake(context)
    let task: Task
    const fork = (): void => {
      for (const logger of chosen) {
        logger.forkConnection()
      }
      task = context.clock.afterReal(AGAIN_MS, fork)
    }
    fork()
    return () => task.cancel()
  },
}
