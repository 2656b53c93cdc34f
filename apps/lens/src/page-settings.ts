// Settings of the process as a whole: the pages, and where lens reads what others would have told it.
import { setting } from '@deye-hard/config'

export const pageSettings = {
  port: setting.port('LENS_PORT', { default: 8080, about: 'TCP port of the pages of lens' }),
  root: setting.text('LENS_ROOT', {
    default: '.',
    about: 'Folder with dashboards, alerts and signoz',
  }),
  reloadInterval: setting.duration('LENS_RELOAD_INTERVAL', {
    default: '2s',
    min: '100ms',
    max: '1h',
    about: 'How often files of dashboards and alerts are looked at; changed ones are taken',
  }),
  databaseUrl: setting.secret('LENS_DATABASE_URL', {
    optional: true,
    about:
      'PostgreSQL whose pg_* metrics lens reads itself, where no postgres_exporter is among LENS_SCRAPE_TARGETS; none when unset',
  }),
}
