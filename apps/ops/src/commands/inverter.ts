// `ops inverter`: which logger serial belongs to which site and user; only registered loggers are stored.

import type { Inverter, Site, Store } from '@deye-hard/store'
import { Command } from 'commander'
import { withStore } from '../database.ts'
import { OpsError } from '../errors.ts'
import { email, integerBetween, loggerSerial, numberBetween, timezone } from '../option-values.ts'
import { answer, type OutputOptions, table } from '../output.ts'

const PAGE_SIZE = 500
const RATED_POWER_MAX_W = 1_000_000
const UPLOAD_INTERVAL_MAX_S = 86_400

interface AddOptions extends OutputOptions {
  loggerSerial: number
  site: string
  latitude?: number
  longitude?: number
  timezone?: string
  user: string
  name: string
  ratedPowerW?: number
  battery?: boolean
  uploadInterval?: number
}

export function inverterCommand(): Command {
  const inverter = new Command('inverter').description('inverters and the loggers that speak for them')
  inverter
    .command('add')
    .description('bind a logger serial to a site and a user; the site is made when it is new')
    .requiredOption('--logger-serial <number>', 'serial on the logger stick', loggerSerial)
    .requiredOption('--site <name>', 'name of the plant')
    .option('--latitude <degrees>', 'of a new site, north is positive', numberBetween(-90, 90))
    .option('--longitude <degrees>', 'of a new site, east is positive', numberBetween(-180, 180))
    .option('--timezone <iana>', 'of a new site; daily sums follow it', timezone)
    .requiredOption('--user <email>', 'who sees the site', email)
    .requiredOption('--name <text>', 'what the user calls the inverter')
    .option('--rated-power-w <watts>', 'rated AC power', integerBetween(1, RATED_POWER_MAX_W))
    .option('--battery', 'it has a battery, so it is not silent at night')
    .option(
      '--upload-interval <seconds>',
      'how often the logger sends',
      integerBetween(1, UPLOAD_INTERVAL_MAX_S),
    )
    .option('--json', 'machine-readable answer')
    .addHelpText(
      'after',
      `
Example:
  npm run ops -- inverter add --logger-serial 2712345678 --name Garage --user anna@example.org \\
    --site "Anna, Berlin" --latitude 52.52 --longitude 13.40 --timezone Europe/Berlin --rated-power-w 800`,
    )
    .action(add)
  inverter
    .command('list')
    .description('list all inverters with what they last said')
    .option('--json', 'machine-readable answer')
    .addHelpText('after', '\nExample:\n  npm run ops -- inverter list')
    .action(list)
  return inverter.addHelpText('after', '\nExample:\n  npm run ops -- inverter list --json')
}

async function add(options: AddOptions): Promise<void> {
  await withStore(async store => {
    const user = await store.users.findByEmail(options.user)
    if (!user || user.disabledAt)
      throw new OpsError(
        'OPS_NOT_FOUND',
        `${user ? 'Disabled' : 'Unknown'} user ${options.user}: add one first with \`npm run ops -- user add EMAIL\`.`,
      )
    const existing = await store.inverters.findSiteByName(options.site)
    if (existing) refuseOtherPlace(existing, options)
    else requirePlace(options)
    await refuseTakenLogger(store, options.loggerSerial)
    const siteId = existing?.id ?? (await store.inverters.addSite(newSite(options)))
    const added = await store.inverters.add({
      loggerSerial: options.loggerSerial,
      name: options.name,
      siteId,
      ...(options.ratedPowerW === undefined ? {} : { ratedPowerW: options.ratedPowerW }),
      ...(options.battery === undefined ? {} : { hasBattery: options.battery }),
      ...(options.uploadInterval === undefined ? {} : { uploadIntervalS: options.uploadInterval }),
    })
    if (added.outcome === 'logger_taken') throw loggerTaken(options.loggerSerial, added.inverterId)
    await store.inverters.addMember(siteId, user.id)
    answer(
      options,
      { outcome: 'added', id: added.id, site_id: siteId, logger_serial: options.loggerSerial },
      `Added inverter ${added.id} "${options.name}" (logger ${options.loggerSerial}) at "${options.site}" for ${options.user}.`,
    )
  })
}

/** Looked up before the site is made, so that a refused command leaves nothing behind. */
async function refuseTakenLogger(store: Store, serial: number): Promise<void> {
  const taken = (await store.inverters.registrations()).find(known => known.loggerSerial === serial)
  if (taken) throw loggerTaken(serial, taken.inverterId)
}

function loggerTaken(serial: number, inverterId: number): OpsError {
  return new OpsError(
    'OPS_REFUSED',
    `Logger ${serial} belongs to inverter ${inverterId} already, nothing was changed: \`npm run ops -- inverter list\` shows it.`,
  )
}

function requirePlace(options: AddOptions): void {
  const missing = (['latitude', 'longitude', 'timezone'] as const).filter(name => options[name] === undefined)
  if (missing.length > 0)
    throw new OpsError(
      'OPS_USAGE',
      `Site "${options.site}" is new and needs ${missing.map(name => `--${name}`).join(', ')}.`,
    )
}

function refuseOtherPlace(site: Site, options: AddOptions): void {
  const differing = (['latitude', 'longitude', 'timezone'] as const).filter(
    name => options[name] !== undefined && options[name] !== site[name],
  )
  if (differing.length > 0)
    throw new OpsError(
      'OPS_REFUSED',
      `Site "${site.name}" is known with ${differing.map(name => `${name} ${site[name]}`).join(', ')}: leave the place out to use it, or choose another --site name.`,
    )
}

function newSite(options: AddOptions): Omit<Site, 'id'> {
  return {
    name: options.site,
    latitude: options.latitude!,
    longitude: options.longitude!,
    timezone: options.timezone!,
  }
}

async function list(options: OutputOptions): Promise<void> {
  await withStore(async store => {
    const inverters = (await allInverters(store)).map(asData)
    const rows = inverters.map(one => [
      one.id,
      one.logger_serial,
      one.inverter_serial,
      one.name,
      one.site.name,
      one.rated_power_w,
      one.last_received_at,
    ])
    const header = ['id', 'logger', 'inverter', 'name', 'site', 'rated W', 'last received']
    answer(options, { inverters }, table(header, rows))
  })
}

async function allInverters(store: Store): Promise<Inverter[]> {
  const all: Inverter[] = []
  for (;;) {
    const last = all.at(-1)
    const page = await store.inverters.list(
      { kind: 'all' },
      { limit: PAGE_SIZE, ...(last ? { afterId: last.id } : {}) },
    )
    all.push(...page)
    if (page.length < PAGE_SIZE) return all
  }
}

function asData(inverter: Inverter) {
  return {
    id: inverter.id,
    logger_serial: inverter.loggerSerial,
    inverter_serial: inverter.inverterSerial,
    name: inverter.name,
    site: inverter.site,
    rated_power_w: inverter.ratedPowerW,
    has_battery: inverter.hasBattery,
    upload_interval_s: inverter.uploadIntervalS,
    last_received_at: inverter.state?.receivedAt.toISOString() ?? null,
    ac_active_power_w: inverter.state?.acPowerW ?? null,
  }
}
