// Shapes of the answers to probes.
import { Type } from 'typebox'

export const Alive = Type.Object({ status: Type.Literal('live') }, { description: 'The process lives' })
export const Ready = Type.Object({ status: Type.Literal('ready') }, { description: 'The API can serve' })
export const NotReady = Type.Object(
  { status: Type.Literal('not_ready'), reason: Type.String() },
  { description: 'The API cannot serve yet, or is stopping' },
)
