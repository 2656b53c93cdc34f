// Shapes that several routes share.
import { Type } from 'typebox'

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'urn:deye-hard:problem:<code>; the codes stand in apps/api/README.md' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.Optional(Type.String()),
    request_id: Type.String({ description: 'The same as in the header x-request-id' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          field: Type.String(),
          form: Type.String({ description: 'What was found; never the value' }),
          expected: Type.String(),
        }),
      ),
    ),
  },
  { $id: 'Problem', description: 'RFC 9457 problem details' },
)

/** `type: [number, null]` is checked by one typeof, an anyOf would run a validator for each value. */
export const NullableNumber = Type.Unsafe<number | null>({ type: ['number', 'null'] })
export const NullableInteger = Type.Unsafe<number | null>({ type: ['integer', 'null'] })
export const NullableString = Type.Unsafe<string | null>({ type: ['string', 'null'] })

/** A serial primary key of the database; larger ones cannot exist. */
export const RowId = Type.Integer({ minimum: 1, maximum: 2_147_483_647 })
export const Timestamp = Type.String({ format: 'date-time' })
export const CursorText = Type.String({
  minLength: 1,
  maxLength: 512,
  pattern: '^[A-Za-z0-9_-]+$',
  description: 'next_cursor of the page before',
})
