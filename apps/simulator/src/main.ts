// The simulator's command line: a fleet of loggers, a replay of captured frames, and a load generator.
import { ConfigError, readSettings } from '@deye-hard/config'
import { Command, CommanderError } from 'commander'
import { fleetCommand } from './commands/fleet.ts'
import { loadCommand } from './commands/load.ts'
import { replayCommand } from './commands/replay.ts'
import { runCommand } from './commands/run.ts'
import { CommandError, EXIT_CHECK_FAILED, EXIT_WRONG_USE } from './errors.ts'
import { simulatorSettings } from './settings.ts'

/** EX_CONFIG of sysexits.h, as all services of the project use it. */
const EXIT_BAD_SETTINGS = 78

process.exitCode = await main(process.argv)

/** @returns the exit code. */
async function main(argv: string[]): Promise<number> {
  const stopping = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => stopping.abort())
  }
  // A reader that went away (head, a killed parent) ends the run; it is no reason for a stack trace.
  process.stdout.on('error', () => stopping.abort())
  try {
    await buildProgram(stopping.signal).parseAsync(argv)
    return Number(process.exitCode ?? 0)
  } catch (error) {
    return report(error)
  }
}

function buildProgram(stopSignal: AbortSignal): Command {
  const defaults = readSettings(simulatorSettings, process.env)
  const print = (line: string) => {
    process.stdout.write(`${line}\n`)
  }
  const program = new Command('simulator').description('Simulated Solarman V5 data loggers.')
  for (const command of [
    fleetCommand(defaults, print),
    runCommand(defaults, print, stopSignal),
    replayCommand(defaults, print, stopSignal),
    loadCommand(defaults, print, stopSignal),
  ]) {
    program.addCommand(command.exitOverride().showHelpAfterError(false))
  }
  return program.exitOverride()
}

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? 0 : EXIT_WRONG_USE
  }
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`)
    return EXIT_BAD_SETTINGS
  }
  if (error instanceof CommandError) {
    process.stderr.write(`${error.message}\n`)
    return error.code === 'no_collector' ? EXIT_CHECK_FAILED : EXIT_WRONG_USE
  }
  throw error
}
