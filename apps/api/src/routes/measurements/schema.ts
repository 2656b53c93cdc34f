// Shapes of the query for measurements and of its two kinds of pages.
import { QUANTITY_NAMES, TIME_QUALITIES } from '@deye-hard/domain'
import { Type } from 'typebox'
import { CursorText, NullableNumber, NullableString, RowId, Timestamp } from '../../schemas.ts'

/** Seconds of each bucket; days begin at midnight UTC. */
export const BUCKETS = {
  '5m': 300,
  '15m': 900,
  '30m': 1_800,
  '1h': 3_600,
  '6h': 21_600,
  '1d': 86_400,
} as const
export type BucketName = keyof typeof BUCKETS
const BUCKET_NAMES = Object.keys(BUCKETS) as BucketName[]

const quantity = `(${QUANTITY_NAMES.join('|')})`

export const MeasurementQuery = Type.Object(
  {
    inverter_id: RowId,
    from: Type.String({ format: 'date-time', description: 'First instant, included' }),
    to: Type.String({ format: 'date-time', description: 'Last instant, excluded' }),
    fields: Type.Optional(
      Type.String({
        pattern: `^${quantity}(,${quantity})*$`,
        maxLength: 2_000,
        description: `names with commas between them, out of ${QUANTITY_NAMES.join(', ')}`,
      }),
    ),
    bucket: Type.Optional(
      Type.Unsafe<BucketName>({
        type: 'string',
        enum: BUCKET_NAMES,
        description: 'Means (counters: the highest value) of so long; without it every measurement',
      }),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'At most MEASUREMENTS_PAGE_MAX; 1440 (a day of minutes) without it',
      }),
    ),
    cursor: Type.Optional(CursorText),
  },
  { additionalProperties: false },
)

const Values = Type.Record(Type.String(), NullableNumber, {
  description: 'null where the device sent nothing',
})

const Measurement = Type.Object({
  time: Timestamp,
  received_at: Timestamp,
  buffered: Type.Boolean({ description: 'Replayed from the memory of the logger' }),
  time_quality: Type.Unsafe<string>({ type: 'string', enum: [...TIME_QUALITIES] }),
  values: Values,
})

const Bucket = Type.Object({
  time: Type.String({ format: 'date-time', description: 'Start of the bucket' }),
  samples: Type.Integer({ description: 'How many measurements it holds' }),
  values: Values,
})

/** Gaps stay gaps: what was not measured is not there, nothing is filled. */
export const MeasurementPage = Type.Object(
  {
    inverter_id: RowId,
    from: Timestamp,
    to: Timestamp,
    bucket: NullableString,
    fields: Type.Array(Type.String()),
    items: Type.Array(Type.Union([Measurement, Bucket]), {
      description: 'In the order of time; gaps stay gaps',
    }),
    next_cursor: NullableString,
  },
  { description: 'One page of measurements, or of buckets when the query names one' },
)
