// HTTP servers and fetch: what instrumentation-http and instrumentation-undici do here. No module hook is needed: see docs/decisions/0008.
import type { IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import { type ServiceName, SPANS } from '@deye-hard/telemetry-schema'
import { context, SpanStatusCode } from '@opentelemetry/api'
import { getRPCMetadata } from '@opentelemetry/core'
import type { Instrumentation } from '@opentelemetry/instrumentation'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import type { RequestSpan } from '../binding.ts'
import { exceptionOf } from '../exception.ts'
import type { TrustedParents } from './trusted-parents.ts'

/** Asked by machines every few seconds, and of no interest to a person. */
const PROBES = /^\/(?:health(?:\/.*)?|metrics)$/

/** Whether the `traceparent` of a request is believed, which is to join a trace of ours and be sampled as it is. */
export type TrustRemoteParent = (request: IncomingMessage) => boolean

/** What the schema says of this service: spans of its HTTP server, or of its requests to others. */
export function instrumentationsOf(
  service: ServiceName,
  parents: TrustedParents,
  trust: TrustRemoteParent,
): Instrumentation[] {
  const makes = (span: 'request' | 'HTTP request') =>
    (SPANS[span].by as readonly ServiceName[]).includes(service)
  return [
    ...(makes('request') ? [httpServer(parents, trust)] : []),
    ...(makes('HTTP request') ? [new UndiciInstrumentation({ requireParentforSpans: true })] : []),
  ]
}

/** The library patches `http.Server` when someone requires the module, and an ESM program may never do that. */
export function loadPatchedModules(): void {
  createRequire(import.meta.url)('node:http')
}

function httpServer(parents: TrustedParents, trust: TrustRemoteParent): Instrumentation {
  return new HttpInstrumentation({
    // What goes out goes by fetch; both would make two spans of one request.
    disableOutgoingRequestInstrumentation: true,
    ignoreIncomingRequestHook(request) {
      if (PROBES.test(pathOf(request))) return true
      if (trust(request)) parents.trust(request.headers)
      return false
    },
  })
}

function pathOf({ url = '' }: IncomingMessage): string {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}

/** The span of the request that the active context belongs to, also inside spans below it. */
export const requestSpan: RequestSpan = {
  setRoute(route) {
    const metadata = getRPCMetadata(context.active())
    if (metadata !== undefined) metadata.route = route
  },
  setAttributes(attributes) {
    getRPCMetadata(context.active())?.span.setAttributes(attributes)
  },
  fail(error) {
    const span = getRPCMetadata(context.active())?.span
    span?.recordException(exceptionOf(error))
    span?.setStatus({ code: SpanStatusCode.ERROR })
  },
}
