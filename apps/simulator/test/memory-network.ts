// A network in memory on a virtual clock: everything a fleet sends is recorded, everything it hears is scripted.
import { ackCode, type Frame, FrameReader, writeAck } from '@deye-hard/solarman-v5'
import type { Dial, Link, LinkEvents } from '../src/device/link.ts'
import type { VirtualSchedule } from './virtual-schedule.ts'

const LATENCY_MS = 20

export interface Heard {
  atMs: number
  frame: Frame
  /** Which dial brought it, counted from 0. */
  dial: number
}

export interface MemoryNetwork {
  dial: Dial
  heard: Heard[]
  malformed: string[]
  /** Every write as it came, for hashing. */
  writes: Buffer[]
  /** `refuse`: nobody listens. `mute`: connects and says nothing. */
  mode: 'answer' | 'mute' | 'refuse'
  /** Seconds by which the server's clock is ahead. */
  serverAheadS: number
  /** Overrides the answer of mode `answer`. */
  answer: ((heard: Heard) => Buffer | null) | null
  abandoned: number
  closed: number
  /** Cuts every open connection from the server's side. */
  cutAll(): void
}

export function createMemoryNetwork(schedule: VirtualSchedule): MemoryNetwork {
  const open = new Set<() => void>()
  let dials = 0
  const network: MemoryNetwork = {
    heard: [],
    malformed: [],
    writes: [],
    mode: 'answer',
    serverAheadS: 0,
    answer: null,
    abandoned: 0,
    closed: 0,
    cutAll() {
      for (const cut of [...open]) {
        cut()
      }
    },
    dial: events => openLink({ network, schedule, open, events, dial: dials++ }),
  }
  return network
}

interface LinkParts {
  network: MemoryNetwork
  schedule: VirtualSchedule
  open: Set<() => void>
  events: LinkEvents
  dial: number
}

function openLink({ network, schedule, open, events, dial }: LinkParts): Link {
  const reader = new FrameReader()
  const later = (run: () => void) =>
    schedule.after(LATENCY_MS, () => {
      if (open.has(cut)) {
        run()
      }
    })
  const cut = (): void => {
    open.delete(cut)
    events.closed()
  }
  open.add(cut)
  later(network.mode === 'refuse' ? cut : () => events.connected())
  return {
    write(bytes) {
      network.writes.push(bytes)
      reader.push(bytes)
      for (let read = reader.next(); read.kind !== 'incomplete'; read = reader.next()) {
        if (read.kind === 'malformed') {
          network.malformed.push(read.reason)
          continue
        }
        const heard = { atMs: schedule.nowMs(), frame: read.frame, dial }
        network.heard.push(heard)
        const reply = replyTo(network, heard)
        if (reply !== null) {
          later(() => events.received(reply))
        }
      }
      return true
    },
    close() {
      network.closed += 1
      open.delete(cut)
    },
    abandon() {
      network.abandoned += 1
      open.delete(cut)
    },
  }
}

function replyTo(network: MemoryNetwork, heard: Heard): Buffer | null {
  if (network.mode !== 'answer') {
    return null
  }
  return network.answer === null ? ackOf(heard, network.serverAheadS) : network.answer(heard)
}

/** The ack of the reference with the server's time of that moment. */
export function ackOf({ frame, atMs }: Heard, aheadS = 0): Buffer | null {
  if (ackCode(frame.code) === null) {
    return null
  }
  return writeAck(frame, { unixTimeS: Math.floor(atMs / 1_000) + aheadS, heartbeatIntervalS: 120 })
}
