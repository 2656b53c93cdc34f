// Everything that the engine's folder has to hold before the first row, and the version by which an older folder is known.
import { createHash } from 'node:crypto'
import { logTables } from './log-tables.ts'
import { metricTables } from './metric-tables.ts'
import { CREATE_HISTOGRAM_QUANTILE } from './quantile-function.ts'
import { traceTables } from './trace-tables.ts'

/** Parts that were merged into others stay so long, against loss of power; the default of 8 minutes is for servers. */
const OLD_PARTS_SECONDS = 30
/** A batch that is sent again after a lost answer is stored once: the engine knows so many blocks of each table by their hash. */
const DEDUPLICATION_BLOCKS = 200
const SETTINGS = `SETTINGS non_replicated_deduplication_window = ${DEDUPLICATION_BLOCKS}, old_parts_lifetime = ${OLD_PARTS_SECONDS}`

/** In the order in which they have to run; each may run again. */
export const CREATE_STATEMENTS: readonly string[] = [
  ...metricTables(SETTINGS),
  ...traceTables(SETTINGS),
  ...logTables(SETTINGS),
  CREATE_HISTOGRAM_QUANTILE,
]

/** Databases whose tables are kept within age and size. */
export const DATABASES = ['signoz_metrics', 'signoz_traces', 'signoz_logs'] as const

/** A folder of other tables is emptied: its history is short, and no statement would fit. */
export const TABLES_VERSION = createHash('sha256')
  .update(CREATE_STATEMENTS.join(';\n'))
  .digest('hex')
  .slice(0, 16)

/** Tables that rows may be inserted into. */
export const INSERT_TABLES = [
  'signoz_metrics.samples_v4',
  'signoz_metrics.time_series_v4',
  'signoz_traces.signoz_index_v3',
  'signoz_traces.traces_v3_resource',
  'signoz_logs.logs_v2',
  'signoz_logs.logs_v2_resource',
] as const
export type InsertTable = (typeof INSERT_TABLES)[number]
