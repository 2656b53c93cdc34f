// Fault silent-logger: loggers lose their power by day; their sockets stay half open.
import { type Fault, pickAwake } from './fault.ts'

export const silentLogger: Fault = {
  name: 'silent-logger',
  about: 'Loggers fall silent without FIN, as if their power were cut, and boot again afterwards.',
  count: 3,
  seconds: 5_400,
  mails: [{ rule: 'InverterSilent', tier: 'info', afterMinutes: 66, overAfterMinutes: 8 }],
  outcome:
    'One mail lists the inverters, after the hour of silence that a logger may have by day; half of the fleet would be IngestRateLow, all of it CollectorSilent.',
  begin(context) {
    const chosen = pickAwake(context)
    for (const logger of chosen) {
      logger.forceDark(true)
    }
    return () => {
      for (const logger of chosen) {
        logger.forceDark(false)
      }
    }
  },
}
