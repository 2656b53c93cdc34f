// Reads a fleet from the JSON that `simulator fleet` prints, and says what is wrong with it.
import { readFileSync } from 'node:fs'
import { CommandError, systemProblem } from '../errors.ts'
import { FLEET_LOGGERS_MAX, type Fleet, type FleetLogger } from './fleet.ts'

const SERIAL_MAX = 4_294_967_295
const MPPT_MAX = 4

/** Throws CommandError `bad_fleet_file` that names the file, the logger and the field. */
export function readFleetFile(file: string): Fleet {
  const parsed = parseJson(file) as Partial<Fleet> | null
  if (!Array.isArray(parsed?.loggers) || !isWhole(parsed.seed, 0, SERIAL_MAX)) {
    throw problem(file, 'expected {"seed": number, "loggers": [...]}, as `simulator fleet` prints it')
  }
  if (parsed.loggers.length === 0 || parsed.loggers.length > FLEET_LOGGERS_MAX) {
    throw problem(file, `expected 1 to ${FLEET_LOGGERS_MAX} loggers, found ${parsed.loggers.length}`)
  }
  const serials = new Set<number>()
  parsed.loggers.forEach((logger, index) => {
    const wrong = wrongField(logger)
    if (wrong !== null) {
      throw problem(file, `loggers[${index}].${wrong}`)
    }
    if (serials.has(logger.logger_serial)) {
      throw problem(file, `logger_serial ${logger.logger_serial} stands in it twice`)
    }
    serials.add(logger.logger_serial)
  })
  return { seed: parsed.seed, loggers: parsed.loggers }
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new CommandError('bad_fleet_file', `Cannot read the fleet file ${file}: ${systemProblem(cause)}.`, {
      cause,
    })
  }
}

function wrongField(logger: Partial<FleetLogger> | null): string | null {
  const site = logger?.site
  const checks: readonly [ok: boolean, expected: string][] = [
    [isWhole(logger?.logger_serial, 1, SERIAL_MAX), 'logger_serial must be a whole number below 4294967296'],
    [
      /^[\x20-\x7e]{1,10}$/.test(String(logger?.inverter_serial)),
      'inverter_serial must be 1 to 10 ASCII characters',
    ],
    [isNumber(logger?.rated_power_w, 1, 6_553), 'rated_power_w must be watts between 1 and 6553'],
    [isWhole(logger?.mppt_count, 1, MPPT_MAX), 'mppt_count must be 1 to 4'],
    [isWhole(logger?.upload_interval_s, 1, 86_400), 'upload_interval_s must be seconds between 1 and 86400'],
    [typeof site?.name === 'string', 'site.name must be a text'],
    [isNumber(site?.latitude, -90, 90), 'site.latitude must be degrees between -90 and 90'],
    [isNumber(site?.longitude, -180, 180), 'site.longitude must be degrees between -180 and 180'],
  ]
  return checks.find(([ok]) => !ok)?.[1] ?? null
}

function problem(file: string, what: string): CommandError {
  return new CommandError('bad_fleet_file', `The fleet file ${file} cannot be used: ${what}.`)
}

function isNumber(value: unknown, low: number, high: number): value is number {
  return typeof value === 'number' && value >= low && value <= high
}

function isWhole(value: unknown, low: number, high: number): value is number {
  return isNumber(value, low, high) && Number.isInteger(value)
}
