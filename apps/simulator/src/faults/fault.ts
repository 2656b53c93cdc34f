// What a named fault is: what it does to a fleet, how many it hits, for how long, and how its arguments are written.
import type { SimClock } from '../clock/sim-clock.ts'
import type { Dial } from '../device/link.ts'
import type { SimulatedLogger } from '../device/logger.ts'
import { pickSome, type Random } from '../random.ts'

/** A fault must not become an outage of the machine that runs it. */
const COUNT_MAX = 10_000
const SECONDS_MAX = 604_800
/** Long enough for the fleet to be connected when the fault begins. */
const DEFAULT_AFTER_S = 5

export interface FaultArgs {
  /** Loggers or connections that are hit. */
  count: number
  /** Real seconds until the fault is taken away; 0 keeps it until the run ends. */
  seconds: number
  /** Real seconds from the start of the run to the start of the fault. */
  after: number
  /** Named by the fault's own `extra`: copies, rate, share. */
  extra: number
}

export interface FaultContext {
  args: FaultArgs
  loggers: readonly SimulatedLogger[]
  clock: SimClock
  /** One stream per fault: the same seed hits the same loggers in the same way. */
  random: Random
  dial: Dial
}

/** A mail of a rule in `alerts/rules`, with the numbers of `alerts/thresholds.json` and a fleet of 120 loggers. */
export interface FaultMail {
  rule: string
  tier: 'critical' | 'warning' | 'info'
  /** From the begin of the fault to the mail, about. */
  afterMinutes: number
  /** From the end of the fault to the mail that says that it is over, about. */
  overAfterMinutes: number
}

export interface Fault {
  name: string
  /** One sentence for --help and the README. */
  about: string
  count: number
  /** Where there are mails it lasts long enough for them. */
  seconds: number
  /** What it ends with in the mailbox, by its defaults; nothing else is mailed. */
  mails: readonly FaultMail[]
  /** One sentence for operators: what these mails mean, or why nobody is woken. */
  outcome: string
  /** A fourth argument that only this fault knows. */
  extra?: { name: string; value: number; min: number; max: number }
  /** Begins; the returned function takes the fault away again. */
  begin(context: FaultContext): () => void
}

export type ParsedFault =
  | { kind: 'fault'; fault: Fault; args: FaultArgs }
  | { kind: 'problem'; message: string }

/** True when no argument is other than that of `NAME` alone, but for the time at which it begins. */
export function hasDefaults({ count, seconds, extra }: Fault, args: FaultArgs): boolean {
  return args.count === count && args.seconds === seconds && args.extra === (extra?.value ?? 0)
}

/** `NAME` or `NAME:count=3,seconds=60,after=5`. */
export function parseFault(text: string, known: readonly Fault[]): ParsedFault {
  const [name = '', list = ''] = text.split(/:(.*)/s)
  const fault = known.find(candidate => candidate.name === name)
  if (fault === undefined) {
    const names = known.map(candidate => candidate.name).join(', ')
    return { kind: 'problem', message: `there is no fault "${name}"; known are ${names}` }
  }
  const given = new Map<string, number>()
  for (const part of list.split(',').filter(part => part !== '')) {
    const problem = readArgument(fault, part, given)
    if (problem !== null) {
      return { kind: 'problem', message: problem }
    }
  }
  const args = {
    count: given.get('count') ?? fault.count,
    seconds: given.get('seconds') ?? fault.seconds,
    after: given.get('after') ?? DEFAULT_AFTER_S,
    extra: given.get(fault.extra?.name ?? '') ?? fault.extra?.value ?? 0,
  }
  return { kind: 'fault', fault, args }
}

/** How a fault is written with all its arguments at their defaults. */
export function faultForm(fault: Fault): string {
  const extra = fault.extra === undefined ? '' : `,${fault.extra.name}=${fault.extra.value}`
  return `${fault.name}:count=${fault.count},seconds=${fault.seconds},after=${DEFAULT_AFTER_S}${extra}`
}

/** Loggers with power, chosen by the fault's own random stream. */
export function pickAwake({ args, loggers, random }: FaultContext): SimulatedLogger[] {
  const awake = loggers.filter(logger => logger.isAwake)
  return pickSome(random, awake, args.count)
}

/** @returns what is wrong with the argument, or null when it was taken. */
function readArgument(fault: Fault, part: string, given: Map<string, number>): string | null {
  const match = /^([a-z]+)=(\d+(?:\.\d+)?)$/.exec(part)
  const name = match?.[1] ?? ''
  const bounds = argumentBounds(fault).get(name)
  if (match === null || bounds === undefined) {
    return `fault ${fault.name} does not take "${part}"; write ${faultForm(fault)}`
  }
  const value = Number(match[2])
  if (value < bounds[0] || value > bounds[1]) {
    return `fault ${fault.name} takes ${name} from ${bounds[0]} to ${bounds[1]}`
  }
  given.set(name, value)
  return null
}

function argumentBounds({ extra }: Fault): Map<string, readonly [low: number, high: number]> {
  const bounds = new Map<string, readonly [number, number]>([
    ['count', [1, COUNT_MAX]],
    ['seconds', [0, SECONDS_MAX]],
    ['after', [0, SECONDS_MAX]],
  ])
  return extra === undefined ? bounds : bounds.set(extra.name, [extra.min, extra.max])
}
