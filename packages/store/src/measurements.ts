// Reads measurements of one inverter: row by row behind a keyset, or gathered in buckets of time.
import { QUANTITIES, QUANTITY_NAMES, type QuantityName } from '@deye-hard/domain'
import type { BucketQuery, BucketRow, MeasurementRepository, MeasurementRow, RangeQuery } from './contract.ts'
import type { Database } from './database.ts'

/** Both functions count from here; time_bucket's own origin is another one. */
const BUCKET_ORIGIN = `timestamptz '2000-01-01 00:00Z'`
/** A mean of 4-byte floats has digits that nobody measured. */
const MEAN_DECIMALS = 4

type Values = Record<QuantityName, number | null>
/** Position by position: objects of so many columns are slow to fill and to read. */
type RangeRow = [
  time: Date,
  key: string,
  receivedAt: Date,
  buffered: boolean,
  timeQuality: MeasurementRow['timeQuality'],
  ...values: (number | null)[],
]
const VALUES_FROM = 5
type BucketTableRow = { bucket: Date; samples: number } & Values

export function createMeasurementRepository(
  database: Database,
  hasTimescale: () => Promise<boolean>,
): MeasurementRepository {
  return {
    async range(query) {
      const { rows } = await database.query<RangeRow>('measurements.range', {
        text: rangeStatement(query.fields),
        values: rangeValues(query),
        rowMode: 'array',
      })
      return toMeasurements(rows, query.fields)
    },

    async buckets(query) {
      const statement = bucketStatement(query.fields, await hasTimescale())
      const { rows } = await database.query<BucketTableRow>(
        'measurements.buckets',
        statement,
        bucketValues(query),
      )
      return rows.map(row => toBucket(row, query.fields))
    },
  }
}

function rangeStatement(fields: readonly QuantityName[]): string {
  return `
    SELECT ${['time', 'dedupe_key', 'received_at', 'buffered', 'time_quality', ...checked(fields)].join(', ')}
    FROM measurement
    WHERE inverter_id = $1 AND time >= $2 AND time < $3
      AND ($5::timestamptz IS NULL OR (time, dedupe_key) > ($5, $6::uuid))
    ORDER BY time, dedupe_key LIMIT $4`
}

/** The position is given as lower bound of time too: it lets whole chunks be left out. */
function rangeValues({ inverterId, from, to, limit, after }: RangeQuery): unknown[] {
  const start = after && after.time > from ? after.time : from
  return [inverterId, start, to, limit, after?.time ?? null, after?.key ?? null]
}

function bucketStatement(fields: readonly QuantityName[], timescale: boolean): string {
  const width = "$4::double precision * interval '1 second'"
  const bucket = `${timescale ? 'time_bucket' : 'date_bin'}(${width}, time, ${BUCKET_ORIGIN})`
  const gathered = checked(fields).map(field => `${isCounter(field) ? 'max' : 'avg'}(${field}) AS ${field}`)
  return `
    SELECT ${[`${bucket} AS bucket`, 'count(*) AS samples', ...gathered].join(', ')}
    FROM measurement
    WHERE inverter_id = $1 AND time >= $2 AND time < $3
      AND ($6::timestamptz IS NULL OR time >= $6::timestamptz + ${width})
    GROUP BY bucket ORDER BY bucket LIMIT $5`
}

function bucketValues({ inverterId, from, to, bucketS, limit, after }: BucketQuery): unknown[] {
  return [inverterId, from, to, bucketS, limit, after ?? null]
}

/** Names go into the statement as text: only ones of the table of quantities may. */
function checked(fields: readonly QuantityName[]): readonly QuantityName[] {
  const unknown = fields.find(field => !QUANTITY_NAMES.includes(field))
  if (unknown !== undefined) throw new TypeError(`Not a quantity: ${JSON.stringify(unknown)}`)
  return fields
}

function isCounter(field: QuantityName): boolean {
  return QUANTITIES[field].kind !== 'gauge'
}

/** All rows are copies of one empty object, so they share its shape; filled one by one from `{}` a day took twice as long. */
function toMeasurements(rows: readonly RangeRow[], fields: readonly QuantityName[]): MeasurementRow[] {
  const empty: MeasurementRow['values'] = Object.fromEntries(fields.map(field => [field, null]))
  return rows.map(row => {
    const [time, key, receivedAt, buffered, timeQuality] = row
    const values = { ...empty }
    for (let index = 0; index < fields.length; index += 1) {
      values[fields[index] as QuantityName] = row[VALUES_FROM + index] as number | null
    }
    return { time, key, receivedAt, buffered, timeQuality, values }
  })
}

function toBucket(row: BucketTableRow, fields: readonly QuantityName[]): BucketRow {
  const values = fields.map(field => {
    const value = row[field]
    return [field, value === null || isCounter(field) ? value : Number(value.toFixed(MEAN_DECIMALS))]
  })
  return { time: row.bucket, samples: row.samples, values: Object.fromEntries(values) }
}
