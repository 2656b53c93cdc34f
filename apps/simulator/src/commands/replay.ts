// Command `replay`: sends captured frames and says for each whether its answer is right.
import { Argument, Command, Option } from 'commander'
import { CommandError, EXIT_CHECK_FAILED, systemProblem } from '../errors.ts'
import { readReplayFile } from '../replay/entries.ts'
import { replay } from '../replay/replay.ts'
import type { SimulatorDefaults } from '../settings.ts'
import { hostOption, portOption, type TargetOptions, targetOf, wholeNumber } from './options.ts'

const ANSWER_TIMEOUT_MS = 10_000
const QUIET_MS = 300
const WAIT_MAX_MS = 600_000

interface ReplayCommandOptions extends TargetOptions {
  oneConnection?: boolean
  timeoutMs: number
  quietMs: number
}

export function replayCommand(
  defaults: SimulatorDefaults,
  print: (line: string) => void,
  stopSignal: AbortSignal,
): Command {
  return new Command('replay')
    .description('Send captured frames; exit 1 when an answer is missing, wrong or one too many.')
    .addArgument(
      new Argument('<file>', "the vectors' JSON, or lines of hexadecimal digits (# starts a comment)"),
    )
    .addOption(hostOption(defaults))
    .addOption(portOption(defaults))
    .addOption(new Option('--one-connection', 'send all over one connection, not one per logger serial'))
    .addOption(
      new Option('--timeout-ms <ms>', 'how long an answer may take')
        .argParser(wholeNumber(1, WAIT_MAX_MS))
        .default(ANSWER_TIMEOUT_MS),
    )
    .addOption(
      new Option('--quiet-ms <ms>', 'how long silence must last where no answer is due')
        .argParser(wholeNumber(1, WAIT_MAX_MS))
        .default(QUIET_MS),
    )
    .addHelpText(
      'after',
      '\nExample:\n  npm run simulator -- replay packages/solarman-v5/vectors/solarman-v5.json --port 8899',
    )
    .action((file: string, options: ReplayCommandOptions) => replayFile(file, options, print, stopSignal))
}

async function replayFile(
  file: string,
  options: ReplayCommandOptions,
  print: (line: string) => void,
  stopSignal: AbortSignal,
): Promise<void> {
  const entries = readReplayFile(file)
  stopSignal.addEventListener('abort', () => process.exit(EXIT_CHECK_FAILED), { once: true })
  const target = targetOf(options)
  try {
    const allOk = await replay({
      target,
      entries,
      oneConnection: options.oneConnection === true,
      timeoutMs: options.timeoutMs,
      quietMs: options.quietMs,
      onResult: result => print(JSON.stringify(result)),
    })
    process.exitCode = allOk ? 0 : EXIT_CHECK_FAILED
  } catch (cause) {
    const reason = systemProblem(cause)
    throw new CommandError('no_collector', `Cannot talk to ${target.host}:${target.port}: ${reason}.`, {
      cause,
    })
  }
}
