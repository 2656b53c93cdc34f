// An error as a log field: once, with its stack and the chain of causes, and nothing that may hold data of users.
import { scrub, scrubStack } from './scrub.ts'

/** Longer chains are loops or noise. */
const MAX_CAUSES = 5

export interface SerializedError {
  type: string
  message: string
  code?: string | number
  stack?: string
  cause?: SerializedError
}

/** Other fields of the error are left out on purpose: database errors carry row values in `detail` and `parameters`. */
export function serializeError(error: unknown): SerializedError {
  return serialize(error, MAX_CAUSES)
}

function serialize(error: unknown, causesLeft: number): SerializedError {
  if (!(error instanceof Error)) return { type: typeof error, message: scrub(String(error)) }
  const { code } = error as { code?: unknown }
  return {
    type: error.name,
    message: scrub(error.message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: scrubStack(error.stack) }),
    ...(error.cause !== undefined && causesLeft > 0 ? { cause: serialize(error.cause, causesLeft - 1) } : {}),
  }
}
