// The habits in which one logger differs from the next: firmware text, rhythm of replays, courtesy after a reconnect.
import type { FleetLogger } from '../fleet/fleet.ts'
import { between, createRandom, pickOne, type Random, seedOf, wholeBetween } from '../random.ts'

const MODULE_VERSIONS = [
  'MW3_16U_5408_1.53',
  'MW3_16U_5408_1.62',
  'MW3_16U_5408_2.06',
  'MW3_15U_5408_1.47',
] as const
const HOUR_MS = 3_600_000

export interface Firmware {
  moduleVersion: string
  macAddress: Buffer
  localAddress: string
  ssid: string
  signalPercent: number
  /** Silence between two replays: 75 … 140 ms on most Deye loggers, about 2 s on others (reference 3.4). */
  replayGapMs: readonly [low: number, high: number]
  /** 1.5 … 3 h (reference 3.3). */
  renewedHelloMs: number
  /** Some carry on after a reconnect without greeting again (reference 1.4). */
  greetsAgain: boolean
}

export function firmwareOf(spec: FleetLogger, fleetSeed: number): Firmware {
  const random = createRandom(seedOf(fleetSeed, spec.logger_serial, 'firmware'))
  return {
    moduleVersion: pickOne(random, MODULE_VERSIONS),
    macAddress: localMac(random),
    localAddress: `192.168.${wholeBetween(random, 0, 3)}.${wholeBetween(random, 20, 250)}`,
    ssid: `sim-${String(spec.logger_serial).slice(-5)}`,
    signalPercent: wholeBetween(random, 52, 100),
    replayGapMs: random() < 0.8 ? [75, 140] : [1_900, 2_100],
    renewedHelloMs: between(random, 1.5, 3) * HOUR_MS,
    greetsAgain: random() < 0.66,
  }
}

/** Locally administered, so it can belong to nobody. */
function localMac(random: Random): Buffer {
  return Buffer.from([0x02, 0x5e, 0xe0, ...Array.from({ length: 3 }, () => wholeBetween(random, 0, 255))])
}
