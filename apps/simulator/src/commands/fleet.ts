// Command `fleet`: prints the fleet that a seed makes, so that others can register its loggers before they call.
import { Command, Option } from 'commander'
import { createFleet, DEFAULT_UPLOAD_INTERVAL_S } from '../fleet/fleet.ts'
import type { SimulatorDefaults } from '../settings.ts'
import { loggersOption, seedOption, wholeNumber } from './options.ts'

interface FleetOptions {
  loggers: number
  seed: number
  uploadInterval: number
}

export function fleetCommand(defaults: SimulatorDefaults, print: (line: string) => void): Command {
  return new Command('fleet')
    .description('Print a fleet as JSON.')
    .addOption(loggersOption(defaults))
    .addOption(seedOption(defaults))
    .addOption(
      new Option('--upload-interval <seconds>', 'seconds between two records of a logger')
        .argParser(wholeNumber(1, 86_400))
        .default(DEFAULT_UPLOAD_INTERVAL_S),
    )
    .addHelpText('after', '\nExample:\n  npm run simulator -- fleet --loggers 120 --seed 7 > fleet.json')
    .action((options: FleetOptions) => {
      const { loggers, seed, uploadInterval } = options
      print(JSON.stringify(createFleet({ loggers, seed, uploadIntervalS: uploadInterval }), null, 2))
    })
}
