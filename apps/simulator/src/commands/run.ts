// Command `run`: lets a fleet live against a collector until it is told to stop.
import { Command, InvalidArgumentError, Option } from 'commander'
import { createRealSchedule } from '../clock/schedule.ts'
import { createTcpDialer } from '../device/tcp-dialer.ts'
import { type Fault, type FaultArgs, faultForm, hasDefaults, parseFault } from '../faults/fault.ts'
import { FAULTS } from '../faults/registry.ts'
import { startSimulation } from '../fleet/simulation.ts'
import { NO_JOURNAL, openJournal } from '../journal.ts'
import type { SimulatorDefaults } from '../settings.ts'
import type { Stats } from '../stats.ts'
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
} from './options.ts'

const STATS_EVERY_MS = 1_000
const WEEK_S = 604_800

interface ChosenFault {
  fault: Fault
  args: FaultArgs
}

interface RunOptions extends TargetOptions, FleetChoice {
  speed: number
  start?: number
  fault: ChosenFault[]
  seconds?: number
  journal?: string
  json?: boolean
}

export function runCommand(
  defaults: SimulatorDefaults,
  print: (line: string) => void,
  stopSignal: AbortSignal,
): Command {
  return new Command('run')
    .description('Simulate a fleet of loggers.')
    .addOption(hostOption(defaults))
    .addOption(portOption(defaults))
    .addOption(fleetOption())
    .addOption(loggersOption(defaults))
    .addOption(seedOption(defaults))
    .addOption(
      new Option('--speed <x>', 'simulated seconds in a real one: sun and intervals run this much faster')
        .argParser(positiveNumber(0.1, 10_000))
        .default(defaults.speed),
    )
    .addOption(
      new Option('--start <time>', 'simulated start, ISO 8601 in UTC; now by default').argParser(isoTime),
    )
    .addOption(
      new Option('--fault <name[:args]>', 'a fault of the list below; may be repeated')
        .argParser(collectFault)
        .default([], 'none'),
    )
    .addOption(
      new Option('--seconds <n>', 'end after so many seconds').argParser(positiveNumber(0.1, WEEK_S)),
    )
    .addOption(new Option('--journal <file>', 'append one JSON line per accepted data record'))
    .addOption(new Option('--json', 'print one JSON line a second'))
    .addHelpText('after', faultHelp())
    .addHelpText(
      'after',
      '\nExample:\n  npm run simulator -- run --loggers 20 --speed 60 --fault silent-logger:count=3,seconds=120 --json',
    )
    .action((options: RunOptions) => runFleet(options, defaults, print, stopSignal))
}

async function runFleet(
  options: RunOptions,
  defaults: SimulatorDefaults,
  print: (line: string) => void,
  stopSignal: AbortSignal,
): Promise<void> {
  const fleet = chooseFleet(options)
  const journal = options.journal === undefined ? NO_JOURNAL : openJournal(options.journal)
  const schedule = createRealSchedule()
  const dialer = createTcpDialer(targetOf(options), defaults.halfOpenMax)
  const simulation = startSimulation({
    fleet,
    schedule,
    dial: dialer.dial,
    journal,
    speed: options.speed,
    ...(options.start === undefined ? {} : { startSimMs: options.start }),
    bufferRecords: defaults.bufferRecords,
    faults: options.fault,
    onFault: line =>
      print(options.json === true ? JSON.stringify(line) : `fault ${line.name}: ${line.phase}`),
  })
  const tell = (): void => {
    // What the line counts as acked is in the journal file by then.
    journal.flush()
    print(options.json === true ? statsJson(simulation.stats) : statsText(simulation.stats))
  }
  if (options.json === true && options.fault.length > 0) print(plannedJson(options.fault))
  // At once: who waits for the first line need not wait a second.
  tell()
  const ticker = setInterval(tell, STATS_EVERY_MS)
  await ended(options.seconds, stopSignal)
  clearInterval(ticker)
  schedule.stop()
  simulation.stop()
  dialer.stop()
  tell()
  journal.close()
}

/** The first line, so that a reader knows what is going to happen when it knows that the fleet lives. */
function plannedJson(faults: readonly ChosenFault[]): string {
  const planned = faults.map(({ fault, args }) => ({
    name: fault.name,
    about: fault.about,
    outcome: fault.outcome,
    count: args.count,
    seconds: args.seconds,
    after: args.after,
    has_defaults: hasDefaults(fault, args),
    mails: fault.mails.map(({ rule, tier, afterMinutes, overAfterMinutes }) => ({
      rule,
      tier,
      after_minutes: afterMinutes,
      over_after_minutes: overAfterMinutes,
    })),
  }))
  return JSON.stringify({ type: 'faults', planned })
}

function statsJson(stats: Stats): string {
  return JSON.stringify({ type: 'stats', ...stats })
}

function statsText(stats: Stats): string {
  return [
    `${stats.connected} connected, ${stats.asleep} asleep`,
    `frames ${stats.frames_sent} sent, ${stats.frames_acked} acked`,
    `data ${stats.data_sent} sent, ${stats.data_acked} acked, ${stats.buffered} buffered`,
    `${stats.retries} retries, ${stats.replays} replays`,
  ].join(' | ')
}

function ended(seconds: number | undefined, stopSignal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = seconds === undefined ? undefined : setTimeout(resolve, seconds * 1_000)
    const stop = (): void => {
      clearTimeout(timer)
      resolve()
    }
    stopSignal.addEventListener('abort', stop, { once: true })
    if (stopSignal.aborted) {
      stop()
    }
  })
}

function collectFault(text: string, earlier: ChosenFault[]): ChosenFault[] {
  const parsed = parseFault(text, FAULTS)
  if (parsed.kind === 'problem') {
    throw new InvalidArgumentError(`${parsed.message}.`)
  }
  return [...earlier, { fault: parsed.fault, args: parsed.args }]
}

function faultHelp(): string {
  const lines = FAULTS.map(fault => `  ${faultForm(fault)}\n      ${fault.about}`)
  return `\nFaults, with their defaults (seconds are real seconds; 0 keeps the fault to the end):\n${lines.join('\n')}`
}

function isoTime(text: string): number {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) {
    throw new InvalidArgumentError('Expected a time such as 2026-06-21T05:00:00Z.')
  }
  return ms
}
