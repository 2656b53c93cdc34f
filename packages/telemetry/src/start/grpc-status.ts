// What a gRPC status means for telemetry that was not taken: send it again, or give it up.

/** OTLP specification, "Failures" of OTLP/gRPC. */
const RETRYABLE = new Set([1, 4, 8, 10, 11, 14, 15])
export const DEADLINE_EXCEEDED = 4
export const RESOURCE_EXHAUSTED = 8
export const UNAVAILABLE = 14

/** Labels of `solar.telemetry.export_failures`. */
export const FAILURE_REASONS = ['unavailable', 'timeout', 'refused', 'other'] as const
export type FailureReason = (typeof FAILURE_REASONS)[number]

export function isRetryable(code: number | null): boolean {
  return code !== null && RETRYABLE.has(code)
}

/** null is an error that came from no receiver. */
export function failureReason(code: number | null): FailureReason {
  if (code === UNAVAILABLE) return 'unavailable'
  if (code === DEADLINE_EXCEEDED) return 'timeout'
  return code === null ? 'other' : 'refused'
}

export function statusOf(error: unknown): number | null {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'number' ? code : null
}
