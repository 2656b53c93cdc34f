// Settings of the process as a whole: the pages, and where lens reads what others would have told it.
import { setting } from '@deye-hard/config'
import { PAGE_LIMITS, type PageLimits } from './pages/bounds.ts'

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
      'PostgreSQL whose pg_* metrics lens reads itself, where no postgres_exporter is among LENS_SCRAPE_TARGETS, and whose rows of the fleet its pages show; none when unset',
  }),
  pageRowsMax: setting.integer('LENS_PAGE_ROWS_MAX', {
    default: PAGE_LIMITS.rows,
    min: 10,
    max: 10_000,
    about: 'Lines or spans of one list; a request for more gets so many',
  }),
  pageOffsetMax: setting.integer('LENS_PAGE_OFFSET_MAX', {
    default: PAGE_LIMITS.offset,
    min: 100,
    about: 'How far back a list is turned, in rows; beyond it a shorter time or a filter is needed',
  }),
  tailLinesMax: setting.integer('LENS_TAIL_LINES_MAX', {
    default: PAGE_LIMITS.tailLines,
    min: 10,
    max: 10_000,
    about: 'Lines that the live tail takes at once, and keeps',
  }),
  traceSpansMax: setting.integer('LENS_TRACE_SPANS_MAX', {
    default: PAGE_LIMITS.traceSpans,
    min: 10,
    max: 50_000,
    about: 'Spans of one trace on its page; the first ones stay',
  }),
  traceLinesMax: setting.integer('LENS_TRACE_LINES_MAX', {
    default: PAGE_LIMITS.traceLines,
    min: 10,
    max: 50_000,
    about: 'Log lines of one trace on its page; the first ones stay',
  }),
  chartLinesMax: setting.integer('LENS_CHART_LINES_MAX', {
    default: PAGE_LIMITS.series,
    min: 5,
    max: 2_000,
    about: 'Lines of one chart; more are not told apart by anyone',
  }),
  variableValuesMax: setting.integer('LENS_VARIABLE_VALUES_MAX', {
    default: PAGE_LIMITS.variableValues,
    min: 10,
    max: 50_000,
    about: 'Values of one variable of a dashboard',
  }),
  operationsMax: setting.integer('LENS_OPERATIONS_MAX', {
    default: PAGE_LIMITS.operations,
    min: 1,
    max: 500,
    about: 'Database operations whose durations are looked at; the rarest are left out',
  }),
  fleetLoggersMax: setting.integer('LENS_FLEET_LOGGERS_MAX', {
    default: PAGE_LIMITS.loggers,
    min: 10,
    max: 100_000,
    about: 'Loggers on the page of the fleet',
  }),
  fleetCurvesMax: setting.integer('LENS_FLEET_CURVES_MAX', {
    default: PAGE_LIMITS.curves,
    min: 1,
    max: 5_000,
    about: 'Loggers whose power of the last day is read from the database',
  }),
  frameRowsMax: setting.integer('LENS_FRAME_ROWS_MAX', {
    default: PAGE_LIMITS.frameRows,
    min: 1,
    max: 500,
    about: 'Rows, and as many quarantined frames, that are looked at for the message of a span',
  }),
  pageBodyMax: setting.bytes('LENS_PAGE_BODY_MAX', {
    default: '64KiB',
    min: '4KiB',
    max: '1MiB',
    about: 'Largest request of a page',
  }),
  pageConnectionsMax: setting.integer('LENS_PAGE_CONNECTIONS_MAX', {
    default: PAGE_LIMITS.connections,
    min: 8,
    about: 'Open connections of browsers; more are closed at once',
  }),
}

type PageSettings = Readonly<
  Record<Exclude<keyof typeof pageSettings, 'port' | 'root' | 'databaseUrl'>, number>
>

export function pageLimitsOf(settings: PageSettings): PageLimits {
  return {
    rows: settings.pageRowsMax,
    offset: settings.pageOffsetMax,
    tailLines: settings.tailLinesMax,
    traceSpans: settings.traceSpansMax,
    traceLines: settings.traceLinesMax,
    series: settings.chartLinesMax,
    variableValues: settings.variableValuesMax,
    operations: settings.operationsMax,
    loggers: settings.fleetLoggersMax,
    curves: settings.fleetCurvesMax,
    frameRows: settings.frameRowsMax,
    bodyBytes: settings.pageBodyMax,
    connections: settings.pageConnectionsMax,
  }
}
