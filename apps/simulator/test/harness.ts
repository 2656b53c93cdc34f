// A small fleet on a virtual clock and a network in memory: hours of its life pass in milliseconds.
import { decodeMessage, type Frame, type Message } from '@deye-hard/solarman-v5'
import type { Fault } from '../src/faults/fault.ts'
import type { Fleet, FleetLogger } from '../src/fleet/fleet.ts'
import { type FaultLine, type Simulation, startSimulation } from '../src/fleet/simulation.ts'
import type { Journal } from '../src/journal.ts'
import { createMemoryNetwork, type MemoryNetwork } from './memory-network.ts'
import { createVirtualSchedule, type VirtualSchedule } from './virtual-schedule.ts'

export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
/** High summer in Vienna, the middle of the day. */
export const NOON_MS = Date.UTC(2026, 5, 21, 11)

export interface JournalLine {
  loggerSerial: number
  recordCounter: number
  body: Buffer
  buffered: boolean
}

export interface Stage {
  schedule: VirtualSchedule
  network: MemoryNetwork
  simulation: Simulation
  journal: JournalLine[]
  faultLines: FaultLine[]
  /** What a stranger understands of everything heard so far. */
  messages(): Understood<Message>[]
  of<T extends Message['type']>(type: T): Understood<Extract<Message, { type: T }>>[]
}

export interface Understood<M> {
  atMs: number
  /** Which dial brought it, counted from 0. */
  dial: number
  frame: Frame
  message: M
}

export interface StageOptions {
  loggers?: readonly FleetLogger[]
  seed?: number
  startMs?: number
  speed?: number
  startSimMs?: number
  bufferRecords?: number
  mode?: MemoryNetwork['mode']
  faults?: readonly {
    fault: Fault
    args?: Partial<{ count: number; seconds: number; after: number; extra: number }>
  }[]
}

export function viennaLogger(changes: Partial<FleetLogger> = {}): FleetLogger {
  return {
    logger_serial: 3_900_000_001,
    inverter_serial: '2200000001',
    model: 'SUN-M80G3-EU-Q0',
    rated_power_w: 800,
    mppt_count: 2,
    upload_interval_s: 60,
    site: { name: 'Vienna 01', latitude: 48.2, longitude: 16.35, timezone: 'Europe/Vienna' },
    ...changes,
  }
}

export function setStage(options: StageOptions = {}): Stage {
  const schedule = createVirtualSchedule(options.startMs ?? NOON_MS)
  const network = createMemoryNetwork(schedule)
  network.mode = options.mode ?? 'answer'
  const lines: JournalLine[] = []
  const faultLines: FaultLine[] = []
  const fleet: Fleet = { seed: options.seed ?? 1, loggers: [...(options.loggers ?? [viennaLogger()])] }
  const simulation = startSimulation({
    fleet,
    schedule,
    dial: network.dial,
    journal: memoryJournal(lines),
    speed: options.speed ?? 1,
    ...(options.startSimMs === undefined ? {} : { startSimMs: options.startSimMs }),
    bufferRecords: options.bufferRecords ?? 240,
    faults: (options.faults ?? []).map(({ fault, args }) => ({
      fault,
      args: {
        count: fault.count,
        seconds: fault.seconds,
        after: 5,
        extra: fault.extra?.value ?? 0,
        ...args,
      },
    })),
    onFault: line => faultLines.push(line),
  })
  const messages = () => network.heard.map(heard => ({ ...heard, message: decodeMessage(heard.frame) }))
  return {
    schedule,
    network,
    simulation,
    journal: lines,
    faultLines,
    messages,
    of: type => messages().filter((entry): entry is never => entry.message.type === type),
  }
}

function memoryJournal(lines: JournalLine[]): Journal {
  return {
    record: (loggerSerial, { recordCounter, body }, buffered) =>
      lines.push({ loggerSerial, recordCounter, body, buffered }),
    flush: () => {},
    close: () => {},
  }
}
