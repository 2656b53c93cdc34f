// Shapes of the dashboard: every plant of the caller with what it does now.
import { LOGGER_STATES } from '@deye-hard/domain'
import { Type } from 'typebox'
import { NullableInteger, NullableNumber, RowId, Timestamp } from '../../schemas.ts'

const Counts = Type.Object(Object.fromEntries(LOGGER_STATES.map(state => [state, Type.Integer()])))

const Sum = Type.Object({
  power_w: Type.Unsafe<number | null>({
    type: ['number', 'null'],
    description: 'Sum over live inverters; null when none is live',
  }),
  power_age_s: Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    description: 'Age of the oldest power in the sum',
  }),
  energy_today_kwh: NullableNumber,
  energy_total_kwh: NullableNumber,
  inverters: Counts,
})

const InverterNow = Type.Object({
  id: RowId,
  name: Type.String(),
  state: Type.Unsafe<string>({
    type: 'string',
    enum: [...LOGGER_STATES],
    description:
      'live; asleep when it cannot speak, as at night; late after 3 upload intervals; missing after an hour; never_seen',
  }),
  age_s: NullableInteger,
  upload_interval_s: Type.Integer(),
  rated_power_w: NullableNumber,
  power_w: Type.Unsafe<number | null>({
    type: ['number', 'null'],
    description: 'null unless the inverter is live',
  }),
  energy_today_kwh: Type.Unsafe<number | null>({
    type: ['number', 'null'],
    description: 'null when the last reading is from another day at the site',
  }),
  energy_total_kwh: NullableNumber,
})

export const Dashboard = Type.Object(
  {
    at: Timestamp,
    complete: Type.Boolean({
      description: 'False when there are more inverters than DASHBOARD_INVERTERS_MAX',
    }),
    total: Sum,
    sites: Type.Array(
      Type.Object({
        id: RowId,
        name: Type.String(),
        timezone: Type.String(),
        total: Sum,
        inverters: Type.Array(InverterNow),
      }),
    ),
  },
  { description: 'What the plants of the caller do now' },
)
