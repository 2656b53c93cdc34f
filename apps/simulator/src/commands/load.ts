// Command `load`: measures how many data frames a collector acks.
import { Command, Option } from 'commander'
import { CommandError, EXIT_CHECK_FAILED } from '../errors.ts'
import { openJournal } from '../journal.ts'
import { runLoad } from '../load/load.ts'
import type { SimulatorDefaults } from '../settings.ts'
import {
  chooseFleet,
  type FleetChoice,
  fleetOption,
  hostOption,
  loggersOption,
  portOption,
  positiveNumber,
  seedOption,
  type TargetOptions,
  targetOf,
  wholeNumber,
} from './options.ts'

const CONNECTIONS_MAX = 60_000
/** One sequence byte tells the answers apart. */
const IN_FLIGHT_MAX = 255
const DAY_S = 86_400

interface LoadCommandOptions extends TargetOptions, FleetChoice {
  connections: number
  inFlight: number
  pingPong?: boolean
  inOrder?: boolean
  seconds: number
  journal?: string
}

export function loadCommand(
  defaults: SimulatorDefaults,
  print: (line: string) => void,
  stopSignal: AbortSignal,
): Command {
  return new Command('load')
    .description(
      'Send data frames as fast as they are acked; print one JSON line; exit 1 when nothing was acked.',
    )
    .addOption(hostOption(defaults))
    .addOption(portOption(defaults))
    .addOption(fleetOption())
    .addOption(loggersOption(defaults))
    .addOption(seedOption(defaults))
    .addOption(
      new Option('--connections <n>', 'connections at once; more than loggers share their serials')
        .argParser(wholeNumber(1, CONNECTIONS_MAX))
        .default(100),
    )
    .addOption(
      new Option(
        '--in-flight <n>',
        'frames per connection that wait for an ack; 0 only holds connections open',
      )
        .argParser(wholeNumber(0, IN_FLIGHT_MAX))
        .default(16),
    )
    .addOption(new Option('--ping-pong', 'one frame in flight: the next one follows the ack'))
    .addOption(
      new Option('--in-order', 'count answers in order, for a bare server that copies no sequence byte'),
    )
    .addOption(new Option('--seconds <n>', 'how long').argParser(positiveNumber(0.1, DAY_S)).default(10))
    .addOption(new Option('--journal <file>', 'append one JSON line per ack (costs a hash each)'))
    .addHelpText(
      'after',
      '\nExample:\n  npm run simulator -- load --connections 100 --in-flight 16 --seconds 10',
    )
    .action((options: LoadCommandOptions) => measure(options, print, stopSignal))
}

async function measure(
  options: LoadCommandOptions,
  print: (line: string) => void,
  stopSignal: AbortSignal,
): Promise<void> {
  const inFlight = options.pingPong === true ? 1 : options.inFlight
  const target = targetOf(options)
  const journal = options.journal === undefined ? null : openJournal(options.journal)
  const result = await runLoad({
    target,
    fleet: chooseFleet(options),
    connections: options.connections,
    inFlight,
    inOrder: options.inOrder === true,
    seconds: options.seconds,
    journal,
    signal: stopSignal,
  })
  journal?.close()
  print(JSON.stringify(result))
  if (result.acked > 0 || inFlight === 0) {
    return
  }
  process.exitCode = EXIT_CHECK_FAILED
  if (result.connections === 0 && result.connections_lost === 0) {
    throw new CommandError('no_collector', `Nobody answers at ${target.host}:${target.port}.`)
  }
}
