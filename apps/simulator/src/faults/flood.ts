// Fault flood: strangers pour data frames in without waiting for answers.
import { buildDeyeMicroData } from '@deye-hard/solarman-v5/testing'
import type { Fault } from './fault.ts'
import { openStranger } from './stranger.ts'

/** Above every serial that a fleet can have: nobody has registered these. */
const FIRST_STRANGER_SERIAL = 4_250_000_000
const TICK_MS = 100

export const flood: Fault = {
  name: 'flood',
  about: 'Connections of unknown serials send `rate` data frames a second each and read no answer.',
  count: 20,
  seconds: 10,
  mails: [],
  outcome:
    'Strangers go to quarantine, up to a limit, and the loggers of the fleet are served meanwhile: nothing that somebody has to do.',
  extra: { name: 'rate', value: 100, min: 10, max: 10_000 },
  begin({ args, dial, clock }) {
    const perTick = Math.max(1, Math.round((args.extra * TICK_MS) / 1_000))
    const ends = Array.from({ length: args.count }, (_, index) =>
      openStranger({
        dial,
        clock,
        everyMs: TICK_MS,
        next: step => floodFrames(FIRST_STRANGER_SERIAL + index, step * perTick, perTick, clock.realMs()),
      }),
    )
    return () => {
      for (const end of ends) {
        end()
      }
    }
  },
}

function floodFrames(loggerSerial: number, first: number, count: number, nowMs: number): Buffer {
  const frames = Array.from({ length: count }, (_, index) =>
    buildDeyeMicroData({
      loggerSerial,
      seqLogger: (first + index) % 256,
      recordCounter: first + index + 1,
      inverterSerial: String(loggerSerial),
      workTimeS: 60,
      powerOnS: 60,
      offsetS: Math.floor(nowMs / 1_000) - 60,
      inverterClockLocal: new Date(nowMs).toISOString().slice(0, 19),
    }),
  )
  return Buffer.concat(frames)
}
