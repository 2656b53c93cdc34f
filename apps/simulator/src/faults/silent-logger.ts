// Fault silent-logger: loggers lose their power by day; their sockets stay half open.
import type { SimulatedLogger } from '../device/logger.ts'
import { sunElevationDegrees } from '../sky/sun.ts'
import type { Fault, FaultContext } from './fault.ts'

/** A little more than the silence that a collector bears by day. */
const LIGHT_AHEAD_MS = 70 * 60_000

export const silentLogger: Fault = {
  name: 'silent-logger',
  about: 'Loggers fall silent without FIN, as if their power were cut, and boot again afterwards.',
  count: 3,
  seconds: 5_400,
  mails: [{ rule: 'InverterSilent', tier: 'info', afterMinutes: 66, overAfterMinutes: 6 }],
  outcome:
    'One mail lists the inverters, after the hour of silence that a logger may have by day; half of the fleet would be IngestRateLow, all of it CollectorSilent.',
  begin(context) {
    const chosen = pickInFullLight(context)
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

/** Those with the most light left: silence towards dusk is nothing that somebody has to know. Equals are drawn by lot. */
function pickInFullLight({ args, loggers, clock, random }: FaultContext): SimulatedLogger[] {
  const nowMs = clock.simMs()
  const lightOf = ({ spec }: SimulatedLogger) =>
    Math.min(sunElevationDegrees(spec.site, nowMs), sunElevationDegrees(spec.site, nowMs + LIGHT_AHEAD_MS))
  return loggers
    .filter(logger => logger.isAwake)
    .map(logger => ({ logger, light: lightOf(logger), lot: random() }))
    .toSorted((a, b) => b.light - a.light || b.lot - a.lot)
    .slice(0, args.count)
    .map(({ logger }) => logger)
}
