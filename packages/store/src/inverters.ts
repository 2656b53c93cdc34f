// Sites and inverters: what a viewer may see, and which logger speaks for which inverter.
import type {
  Inverter,
  InverterRepository,
  LoggerRegistration,
  NewInverter,
  Site,
  Viewer,
} from './contract.ts'
import { type Client, type Database, sqlState } from './database.ts'

const UNIQUE_VIOLATION = '23505'

const SELECT_INVERTER = `
  SELECT i.id, i.logger_serial, coalesce(i.inverter_serial, s.inverter_serial) AS inverter_serial, i.name,
         i.rated_power_w, i.has_battery, i.upload_interval_s, i.created_at,
         site.id AS site_id, site.name AS site_name, site.latitude, site.longitude, site.timezone,
         s.acquired_at, s.received_at, s.ac_power_w, s.energy_today_kwh, s.energy_total_kwh, s.device
  FROM inverter i JOIN site ON site.id = i.site_id LEFT JOIN inverter_state s ON s.inverter_id = i.id
  WHERE ($1::integer IS NULL OR EXISTS (SELECT 1 FROM site_member m WHERE m.user_id = $1 AND m.site_id = i.site_id))`

interface InverterRow {
  id: number
  logger_serial: number
  inverter_serial: string | null
  name: string
  rated_power_w: number | null
  has_battery: boolean
  upload_interval_s: number
  created_at: Date
  site_id: number
  site_name: string
  latitude: number
  longitude: number
  timezone: string
  acquired_at: Date | null
  received_at: Date | null
  ac_power_w: number | null
  energy_today_kwh: number | null
  energy_total_kwh: number | null
  device: Record<string, string | number> | null
}

interface RegistrationRow {
  logger_serial: number
  id: number
  site_id: number
  latitude: number
  longitude: number
  timezone: string
  has_battery: boolean
  upload_interval_s: number
}

export function createInverterRepository(database: Database): InverterRepository {
  return {
    async list(viewer, { limit, afterId = 0 }) {
      const { rows } = await database.query<InverterRow>(
        'inverters.list',
        `${SELECT_INVERTER} AND i.id > $2 ORDER BY i.id LIMIT $3`,
        [userIdOf(viewer), afterId, limit],
      )
      return rows.map(toInverter)
    },

    async find(viewer, id) {
      const { rows } = await database.query<InverterRow>(
        'inverters.find',
        `${SELECT_INVERTER} AND i.id = $2`,
        [userIdOf(viewer), id],
      )
      return rows[0] ? toInverter(rows[0]) : null
    },

    add: inverter => addInverter(database, inverter),

    async addSite({ name, latitude, longitude, timezone }) {
      const { rows } = await database.query<{ id: number }>(
        'inverters.insert_site',
        'INSERT INTO site (name, latitude, longitude, timezone) VALUES ($1, $2, $3, $4) RETURNING id',
        [name, latitude, longitude, timezone],
      )
      return (rows[0] as { id: number }).id
    },

    async findSiteByName(name) {
      const { rows } = await database.query<Site>(
        'inverters.find_site_by_name',
        'SELECT id, name, latitude, longitude, timezone FROM site WHERE name = $1',
        [name],
      )
      return rows[0] ?? null
    },

    async addMember(siteId, userId) {
      await database.query(
        'inverters.insert_member',
        'INSERT INTO site_member (site_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
        [siteId, userId],
      )
    },

    async registrations() {
      const { rows } = await database.query<RegistrationRow>(
        'inverters.registrations',
        `SELECT i.logger_serial, i.id, i.site_id, s.latitude, s.longitude, s.timezone, i.has_battery, i.upload_interval_s
         FROM inverter i JOIN site s ON s.id = i.site_id ORDER BY i.logger_serial`,
      )
      return rows.map(toRegistration)
    },

    async registrationsVersion() {
      const { rows } = await database.query<{ version: string }>(
        'inverters.registrations_version',
        `SELECT epoch || '-' || version AS version FROM registration_version`,
      )
      return (rows[0] as { version: string }).version
    },
  }
}

async function addInverter(database: Database, inverter: NewInverter) {
  try {
    return await database.transaction('inverters.add', client => insertInverter(client, inverter))
  } catch (error) {
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error
    const { rows } = await database.query<{ id: number }>(
      'inverters.find_by_logger',
      'SELECT id FROM inverter WHERE logger_serial = $1',
      [inverter.loggerSerial],
    )
    if (!rows[0]) throw error
    return { outcome: 'logger_taken', inverterId: rows[0].id } as const
  }
}

/** The empty state row comes with the inverter: ingest locks it, also for the first reading. */
async function insertInverter(client: Client, inverter: NewInverter) {
  const { rows } = await client.query<{ id: number }>(
    'inverters.insert',
    `INSERT INTO inverter (site_id, logger_serial, inverter_serial, name, rated_power_w, has_battery, upload_interval_s)
     VALUES ($1, $2, $3, $4, $5, coalesce($6, false), coalesce($7, 60)) RETURNING id`,
    [
      inverter.siteId,
      inverter.loggerSerial,
      inverter.inverterSerial,
      inverter.name,
      inverter.ratedPowerW,
      inverter.hasBattery,
      inverter.uploadIntervalS,
    ],
  )
  const { id } = rows[0] as { id: number }
  await client.query('inverters.insert_state', 'INSERT INTO inverter_state (inverter_id) VALUES ($1)', [id])
  return { outcome: 'added', id } as const
}

function userIdOf(viewer: Viewer): number | null {
  return viewer.kind === 'all' ? null : viewer.userId
}

function toInverter(row: InverterRow): Inverter {
  return {
    id: row.id,
    site: {
      id: row.site_id,
      name: row.site_name,
      latitude: row.latitude,
      longitude: row.longitude,
      timezone: row.timezone,
    },
    loggerSerial: row.logger_serial,
    inverterSerial: row.inverter_serial,
    name: row.name,
    ratedPowerW: row.rated_power_w,
    hasBattery: row.has_battery,
    uploadIntervalS: row.upload_interval_s,
    createdAt: row.created_at,
    state: toState(row),
  }
}

function toState(row: InverterRow): Inverter['state'] {
  if (!row.acquired_at || !row.received_at) return null
  return {
    acquiredAt: row.acquired_at,
    receivedAt: row.received_at,
    acPowerW: row.ac_power_w,
    energyTodayKwh: row.energy_today_kwh,
    energyTotalKwh: row.energy_total_kwh,
    device: row.device ?? {},
  }
}

function toRegistration(row: RegistrationRow): LoggerRegistration {
  return {
    loggerSerial: row.logger_serial,
    inverterId: row.id,
    siteId: row.site_id,
    latitude: row.latitude,
    longitude: row.longitude,
    timezone: row.timezone,
    hasBattery: row.has_battery,
    uploadIntervalS: row.upload_interval_s,
  }
}
