// Makes the role that lens reads with on one machine: all that a monitor may, and rows of the fleet; of people and their sessions nothing.
import { ensureReadingRole } from './monitor-role.ts'

const VIEWER_ROLE = 'lens_viewer'
/** Columns by table; no name of a site, which may be a person's. */
const READABLE: Readonly<Record<string, readonly string[]>> = {
  site: ['id', 'latitude', 'longitude', 'timezone'],
  inverter: ['id', 'site_id', 'logger_serial', 'rated_power_w', 'has_battery', 'upload_interval_s'],
  measurement: [],
  quarantine: [],
  logger_event: ['id', 'logger_serial', 'received_at', 'acquired_at', 'event_type'],
}

/** After the migrations; otherwise as `ensureMonitorRole`. For `npm start`: in production no such role exists. */
export function ensureViewerRole(
  adminUrl: string,
  password: string,
  role: string = VIEWER_ROLE,
): Promise<string> {
  return ensureReadingRole(adminUrl, password, role, grants)
}

function grants(role: string): string {
  const statements = Object.entries(READABLE).map(
    ([table, columns]) =>
      `GRANT SELECT${columns.length === 0 ? '' : ` (${columns.join(', ')})`} ON ${table} TO ${role}`,
  )
  return [...statements, `ALTER ROLE ${role} SET default_transaction_read_only = on`].join(';\n')
}
