// What a named fault is: what it does to a fleet, how many it hits, for how long, and how its arguments are written.
import type { SimClock } from '../clock/sim-clock.ts'
import type { Dial } from '../device/link.ts'
import type { SimulatedLogger } from '../device/logger.ts'
import { pickSome, type Random } from '../random.ts'

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

export interface Fault {
  name: string
  /** One sentence for --help and the README. */
  about: string
  count: number
  seconds: number
  /** A fourth argument that only this fault knows. */
  extra?: { name: string; value: number }
  /** Begins; the returned function takes the fault away again. */
  begin(context: FaultContext): () => void
}

export type ParsedFault =
  | { kind: 'fault'; fault: Fault; args: FaultArgs }
  | { kind: 'problem'; message: string }

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
    const match = /^([a-z]+)=(\d+(?:\.\d+)?)$/.exec(part)
    if (match === null || !argumentNames(fault).includes(match[1]!)) {
      return { kind: 'problem', message: `fault ${name} does not take "${part}"; write ${faultForm(fault)}` }
    }
    given.set(match[1]!, Number(match[2]))
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

function argumentNames(fault: Fault): string[] {
  return ['count', 'seconds', 'after', ...(fault.extra === undefined ? [] : [fault.extra.name])]
}
