// Fault slow-loris: connections that send one byte a second of a frame that never ends.
import { buildHello } from '@deye-hard/solarman-v5/testing'
import type { Fault } from './fault.ts'
import { openStranger } from './stranger.ts'

const FIRST_STRANGER_SERIAL = 4_260_000_000
const BYTE_EVERY_MS = 1_000

export const slowLoris: Fault = {
  name: 'slow-loris',
  about: 'Connections send a hello at one byte a second, and never its last byte.',
  count: 20,
  seconds: 900,
  mails: [{ rule: 'ParseErrors', tier: 'warning', afterMinutes: 14, overAfterMinutes: 19 }],
  outcome:
    'Each is thrown out after a minute and dials again: frames that are never completed count as unreadable. The loggers notice nothing.',
  begin({ args, dial, clock }) {
    const ends = Array.from({ length: args.count }, (_, index) => {
      const hello = buildHello({ loggerSerial: FIRST_STRANGER_SERIAL + index, workTimeS: 60, powerOnS: 10 })
      const last = hello.length - 1
      return openStranger({
        dial,
        clock,
        everyMs: BYTE_EVERY_MS,
        next: step => (step < last ? hello.subarray(step, step + 1) : null),
      })
    })
    return () => {
      for (const end of ends) {
        end()
      }
    }
  },
}
