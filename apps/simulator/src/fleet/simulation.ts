// A running fleet: all loggers of a list on one clock, with the faults that were asked for.
import type { Schedule } from '../clock/schedule.ts'
import { createSimClock } from '../clock/sim-clock.ts'
import type { Dial } from '../device/link.ts'
import { SimulatedLogger } from '../device/logger.ts'
import type { Fault, FaultArgs } from '../faults/fault.ts'
import type { Journal } from '../journal.ts'
import { createRandom, seedOf } from '../random.ts'
import { createStats, type Stats } from '../stats.ts'
import type { Fleet } from './fleet.ts'

/** First connections of a fleet: at most 500 a second, so a big one does not fill the server's accept queue. */
const START_GAP_MS = 2

export interface FaultLine {
  type: 'fault'
  name: string
  phase: 'begin' | 'end'
  count: number
  seconds: number
}

export interface SimulationOptions {
  fleet: Fleet
  schedule: Schedule
  dial: Dial
  journal: Journal
  speed: number
  /** Simulated start; now, when absent. */
  startSimMs?: number
  bufferRecords: number
  faults: readonly { fault: Fault; args: FaultArgs }[]
  onFault(line: FaultLine): void
}

export interface Simulation {
  stats: Stats
  loggers: readonly SimulatedLogger[]
  /** No logger says anything afterwards. */
  stop(): void
}

export function startSimulation(options: SimulationOptions): Simulation {
  const { fleet, schedule, dial, journal, bufferRecords } = options
  const clock = createSimClock(schedule, options.speed, options.startSimMs)
  const stats = createStats()
  const context = { clock, dial, stats, journal, bufferRecords, fleetSeed: fleet.seed }
  const loggers = fleet.loggers.map(spec => new SimulatedLogger(spec, context))
  loggers.forEach((logger, index) => {
    logger.start(index * START_GAP_MS)
  })
  const ends = new Set<() => void>()
  options.faults.forEach(({ fault, args }, index) => {
    const random = createRandom(seedOf(fleet.seed, 'fault', fault.name, index))
    const tell = (phase: FaultLine['phase']) =>
      options.onFault({ type: 'fault', name: fault.name, phase, count: args.count, seconds: args.seconds })
    clock.afterReal(args.after * 1_000, () => {
      tell('begin')
      const takeAway = fault.begin({ args, loggers, clock, random, dial })
      ends.add(takeAway)
      if (args.seconds > 0) {
        clock.afterReal(args.seconds * 1_000, () => {
          ends.delete(takeAway)
          takeAway()
          tell('end')
        })
      }
    })
  })
  return {
    stats,
    loggers,
    stop() {
      for (const takeAway of ends) {
        takeAway()
      }
      for (const logger of loggers) {
        logger.stop()
      }
    },
  }
}
