// Option values that several commands share: numbers with bounds, the target, and which fleet to use.
import { InvalidArgumentError, Option } from 'commander'
import type { TcpTarget } from '../device/tcp-dialer.ts'
import { createFleet, FLEET_LOGGERS_MAX, type Fleet } from '../fleet/fleet.ts'
import { readFleetFile } from '../fleet/fleet-file.ts'
import type { SimulatorDefaults } from '../settings.ts'

const SEED_MAX = 4_294_967_295
const PORT_MAX = 65_535

export interface TargetOptions {
  host: string
  port: number
}

export interface FleetChoice {
  fleet?: string
  loggers: number
  seed: number
}

export function hostOption(defaults: SimulatorDefaults): Option {
  return new Option('--host <host>', 'host of the collector').default(defaults.host)
}

export function portOption(defaults: SimulatorDefaults): Option {
  return new Option('--port <port>', 'TCP port of the collector')
    .argParser(wholeNumber(1, PORT_MAX))
    .default(defaults.port)
}

export function loggersOption(defaults: SimulatorDefaults): Option {
  return new Option('--loggers <n>', 'how many loggers the fleet has')
    .argParser(wholeNumber(1, FLEET_LOGGERS_MAX))
    .default(defaults.loggers)
}

export function seedOption(defaults: SimulatorDefaults): Option {
  return new Option('--seed <s>', 'the same seed gives the same fleet and the same bytes')
    .argParser(wholeNumber(0, SEED_MAX))
    .default(defaults.seed)
}

export function fleetOption(): Option {
  return new Option(
    '--fleet <file>',
    'the fleet that `simulator fleet` printed, in place of --loggers and --seed',
  )
}

export function targetOf(options: TargetOptions): TcpTarget {
  return { host: options.host, port: options.port }
}

export function chooseFleet(options: FleetChoice): Fleet {
  return options.fleet === undefined
    ? createFleet({ loggers: options.loggers, seed: options.seed })
    : readFleetFile(options.fleet)
}

/** A parser for commander that refuses anything else with one clear sentence. */
export function wholeNumber(low: number, high: number): (text: string) => number {
  return text => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < low || value > high || text.trim() === '') {
      throw new InvalidArgumentError(`Expected a whole number from ${low} to ${high}.`)
    }
    return value
  }
}

export function positiveNumber(low: number, high: number): (text: string) => number {
  return text => {
    const value = Number(text)
    if (!(value >= low && value <= high) || text.trim() === '') {
      throw new InvalidArgumentError(`Expected a number from ${low} to ${high}.`)
    }
    return value
  }
}
