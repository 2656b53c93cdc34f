// Shapes of a batch of measurements and of its answer.
import { MAX_BATCH_MESSAGES } from '@deye-hard/domain'
import { Type } from 'typebox'

/** Messages are checked one by one with the rules of `domain`: one bad message must not sink its batch. */
export const BatchBody = Type.Object(
  {
    batch_id: Type.String({ format: 'uuid', description: 'The same batch sent again changes nothing' }),
    collector_id: Type.String({
      pattern: '^[A-Za-z0-9._-]{1,64}$',
      description: 'a text of 1 to 64 letters, digits, dots, dashes, underscores',
    }),
    messages: Type.Array(Type.Unknown(), { minItems: 1, maxItems: MAX_BATCH_MESSAGES }),
  },
  { additionalProperties: false },
)

const Outcome = Type.Object({
  seq: Type.Integer({ description: '-1 when the message had none' }),
  outcome: Type.Unsafe<string>({ type: 'string', enum: ['stored', 'duplicate', 'quarantined', 'rejected'] }),
  reason: Type.Optional(Type.String()),
  detail: Type.Optional(Type.String()),
})

export const BatchAnswer = Type.Object(
  {
    batch_id: Type.String(),
    stored: Type.Integer(),
    duplicates: Type.Integer(),
    quarantined: Type.Integer(),
    rejected: Type.Integer(),
    outcomes: Type.Array(Outcome, { description: 'In the order of the messages' }),
  },
  { description: 'What became of each message' },
)
