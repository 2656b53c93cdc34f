// Shape of the caller's own account.
import { Type } from 'typebox'
import { RowId, Timestamp } from '../../schemas.ts'

export const Me = Type.Object(
  {
    id: RowId,
    email: Type.String(),
    role: Type.Union([Type.Literal('user'), Type.Literal('admin')]),
    created_at: Timestamp,
  },
  { description: 'The account behind the token' },
)
