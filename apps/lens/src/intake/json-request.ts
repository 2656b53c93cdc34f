// OTLP in JSON: ids are hexadecimal there, not base64 as protobuf's own JSON has them (opentelemetry-proto, docs/specification.md).
import { REQUESTS, type Signal, type WireRequests } from './wire.ts'

const ID_NAMES = new Set(['traceId', 'spanId', 'parentSpanId'])

/** Throws on text that is no such message. */
export function decodeJson<S extends Signal>(signal: S, text: string): WireRequests[S] {
  const plain: unknown = JSON.parse(text, (key, value) =>
    ID_NAMES.has(key) && typeof value === 'string' ? Buffer.from(value, 'hex') : value,
  )
  if (typeof plain !== 'object' || plain === null) throw new TypeError('no object')
  return REQUESTS[signal].fromPlain(plain)
}
