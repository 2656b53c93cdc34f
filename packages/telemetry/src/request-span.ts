// What an HTTP handler says about the request span, which instrumentation-http makes; does nothing while telemetry is off.

import type { AttributesOf } from '@deye-hard/telemetry-schema'
import type { Attributes } from '@opentelemetry/api'
import { bound } from './binding.ts'

/** The pattern of the route, for the span's name and for `http.route` of span and metric. Call it in the first hook. */
export function setRoute(route: string): void {
  bound.request?.setRoute(route)
}

export function setRequestAttributes(attributes: AttributesOf<'request'>): void {
  bound.request?.setAttributes(attributes as Attributes)
}

/** Records the exception with its stack and marks the request as failed: for answers from 500. */
export function failRequest(error: unknown): void {
  bound.request?.fail(error)
}
