// An error as a span event: its type, its message without personal data, its stack.
import type { Exception } from '@opentelemetry/api'
import { scrub, scrubStack } from './scrub.ts'

/** Codes and class names; a sentence in `code` would make a value of its own for each error. */
const TYPE_FORM = /^[\w.:-]{1,64}$/

/** `code` where there is one (`ECONNREFUSED`, `42P01`), else the name of the class. */
export function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && TYPE_FORM.test(code) ? code : error.name
}

export function exceptionOf(error: unknown): Exception {
  if (!(error instanceof Error)) return { name: typeof error, message: scrub(String(error)) }
  return {
    name: errorTypeOf(error),
    message: scrub(error.message),
    ...(error.stack === undefined ? {} : { stack: scrubStack(error.stack) }),
  }
}
