// Fault spoofed-serial: a stranger speaks under the serial of a registered logger that is connected as well.
import { buildDeyeMicroData, buildHello } from '@deye-hard/solarman-v5/testing'
import { type Fault, pickAwake } from './fault.ts'
import { openStranger } from './stranger.ts'

const DATA_EVERY_MS = 5_000
/** No fleet has it: the pairing of logger and inverter is what gives the stranger away. */
const SPOOFED_INVERTER_SERIAL = '2999999999'

export const spoofedSerial: Fault = {
  name: 'spoofed-serial',
  about:
    'Strangers greet and send data under serials of the fleet, with another inverter serial in the body.',
  count: 3,
  seconds: 900,
  mails: [{ rule: 'SerialContested', tier: 'warning', afterMinutes: 4, overAfterMinutes: 34 }],
  outcome:
    'What the stranger sends is stored under the inverter of that logger, whose records name now one inverter, now the other; the mail lists the loggers. A replaced inverter, which never comes back, mails nobody.',
  begin(context) {
    const { dial, clock } = context
    const ends = pickAwake(context).map(logger =>
      openStranger({
        dial,
        clock,
        everyMs: DATA_EVERY_MS,
        next: step => spoofedFrame(logger.spec.logger_serial, step, clock.realMs()),
      }),
    )
    return () => {
      for (const end of ends) {
        end()
      }
    }
  },
}

function spoofedFrame(loggerSerial: number, step: number, nowMs: number): Buffer {
  if (step === 0) {
    return buildHello({ loggerSerial, workTimeS: 10, powerOnS: 10 })
  }
  return buildDeyeMicroData({
    loggerSerial,
    seqLogger: (step + 1) % 256,
    recordCounter: step,
    inverterSerial: SPOOFED_INVERTER_SERIAL,
    workTimeS: 10 + step * 5,
    powerOnS: 10 + step * 5,
    offsetS: Math.floor(nowMs / 1_000) - 10 - step * 5,
    inverterClockLocal: new Date(nowMs).toISOString().slice(0, 19),
    measured: { active_power_w: 400, grid_voltage_v: 230, grid_frequency_hz: 50, energy_total_kwh: 1 },
  })
}
