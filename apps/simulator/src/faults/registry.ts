// Every fault that a run can be given; a test holds this list against the files, the help and the README.
import { apiDown } from './api-down.ts'
import { clock1970 } from './clock-1970.ts'
import { corruptBytes } from './corrupt-bytes.ts'
import { duplicateBurst } from './duplicate-burst.ts'
import type { Fault } from './fault.ts'
import { flood } from './flood.ts'
import { garbageBetween } from './garbage-between.ts'
import { halfOpen } from './half-open.ts'
import { silentLogger } from './silent-logger.ts'
import { slowLoris } from './slow-loris.ts'
import { spoofedSerial } from './spoofed-serial.ts'

export const FAULTS: readonly Fault[] = [
  silentLogger,
  corruptBytes,
  flood,
  slowLoris,
  spoofedSerial,
  apiDown,
  duplicateBurst,
  garbageBetween,
  clock1970,
  halfOpen,
]
