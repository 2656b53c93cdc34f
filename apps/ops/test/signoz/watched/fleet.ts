// The loggers of the watched system: simulated ones on a site where it is noon and on one where the sun has just set, whatever the hour.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManagedProcess } from '../../stack/managed-process.ts'
import type { System } from '../../stack/system.ts'
import { INVERTER_SERIAL } from '../../stack/test-logger.ts'
import { placeAtSolarHour, siteAtNoon } from '../../tour/sites.ts'

const INTERVAL_S = 15
/** Sunset is between 17:45 and 18:15; an hour and a half before, the sun was high enough for a report. */
const AFTER_SUNSET_H = 18.5

const serials = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index)

/** Speak all day; at the same site as those that fall silent. */
export const AWAKE = serials(3_840_000_001, 7)
/** Will have said nothing for more than an hour at noon. */
export const SILENT = serials(3_840_000_051, 3)
/** Have said nothing for the same time, in which their evening came. */
export const AT_NIGHT = serials(3_840_000_101, 4)

const noon = siteAtNoon([...AWAKE, ...SILENT])
const evening = {
  name: 'Evening',
  timezone: 'UTC',
  ...placeAtSolarHour(AFTER_SUNSET_H),
  loggerSerials: AT_NIGHT,
}
export const SITES = [noon, evening]

/** Loggers that run until they are stopped. */
export class SimulatedFleet {
  readonly #simulator: ManagedProcess
  readonly #folder: string

  private constructor(simulator: ManagedProcess, folder: string) {
    this.#simulator = simulator
    this.#folder = folder
  }

  static start(system: System, loggerSerials: readonly number[], options: string[] = []): SimulatedFleet {
    const folder = mkdtempSync(join(tmpdir(), 'deye-hard-watched-fleet-'))
    const file = join(folder, 'fleet.json')
    writeFileSync(file, JSON.stringify({ seed: 1, loggers: loggerSerials.map(simulated) }))
    const simulator = new ManagedProcess('apps/simulator/src/main.ts', [
      ...['run', '--port', String(system.collectorPort), '--fleet', file, '--json'],
      ...options,
    ])
    simulator.spawn({})
    return new SimulatedFleet(simulator, folder)
  }

  async end(): Promise<void> {
    await this.#simulator.end('SIGTERM')
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Bad input is sent by the test under serials of these: that shall not look as if their inverters were contested. */
function simulated(serial: number): object {
  const { loggerSerials: _, ...site } = AT_NIGHT.includes(serial) ? evening : noon
  return {
    logger_serial: serial,
    inverter_serial: INVERTER_SERIAL,
    model: 'SUN600G3-EU-230',
    rated_power_w: 600,
    mppt_count: 2,
    upload_interval_s: INTERVAL_S,
    site,
  }
}
