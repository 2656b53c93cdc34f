// Shapes of inverters as users see them.
import { Type } from 'typebox'
import { NullableInteger, NullableNumber, NullableString, RowId, Timestamp } from '../../schemas.ts'

export const SiteShape = Type.Object({
  id: RowId,
  name: Type.String(),
  latitude: Type.Number(),
  longitude: Type.Number(),
  timezone: Type.String({ description: 'IANA name' }),
})

export const InverterShape = Type.Object(
  {
    id: RowId,
    name: Type.String(),
    logger_serial: Type.Integer(),
    inverter_serial: NullableString,
    rated_power_w: NullableNumber,
    has_battery: Type.Boolean(),
    upload_interval_s: Type.Integer(),
    created_at: Timestamp,
    last_seen_at: NullableString,
    site: SiteShape,
  },
  { description: 'An inverter and its site' },
)

export const InverterDetail = Type.Object(
  {
    ...InverterShape.properties,
    device: Type.Record(Type.String(), Type.Unsafe<string | number>({ type: ['string', 'number'] }), {
      description: 'Versions, ratings and limits as the device last reported them',
    }),
  },
  { description: 'An inverter with the facts that its device reports' },
)

export const InverterPage = Type.Object(
  { items: Type.Array(InverterShape), next_after_id: NullableInteger },
  { description: 'One page, ordered by id' },
)

export const InverterQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({ minimum: 1, description: 'At most API_PAGE_SIZE_MAX; 100 without it' }),
    ),
    after_id: Type.Optional(RowId),
  },
  { additionalProperties: false },
)

export const InverterParams = Type.Object({ id: RowId })
