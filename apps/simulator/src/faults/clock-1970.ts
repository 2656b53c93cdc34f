// Fault clock-1970: loggers boot and never take the server's time, so W + O lies in 1970.
import type { Fault } from './fault.ts'
import { tamperAwake } from './tamper-awake.ts'

export const clock1970: Fault = {
  name: 'clock-1970',
  about: 'Loggers boot anew and ignore the time in every answer: their offset stays 0.',
  count: 3,
  seconds: 300,
  mails: [],
  outcome:
    'Records without a time are stored at the time of their arrival, and marked: their own time is unknown.',
  begin(context) {
    return tamperAwake(context, { ignoresServerTime: true }, logger => {
      logger.forceDark(true)
      logger.forceDark(false)
    })
  },
}
