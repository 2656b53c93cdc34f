// Reads `key=value,key=value`, the form of OTEL_RESOURCE_ATTRIBUTES and OTEL_EXPORTER_OTLP_HEADERS (both percent-encoded).

/** What an operator may say about a service; its name and version are in the code. */
export const RESOURCE_KEYS = [
  'service.namespace',
  'service.instance.id',
  'deployment.environment.name',
  'host.name',
] as const
export type ResourceKey = (typeof RESOURCE_KEYS)[number]

/** RFC 9110 token. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** gRPC keeps these for itself. */
const RESERVED_HEADER = /^(grpc-|:)|-bin$/i

/** null for a pair without a value, an unknown key or a broken percent code. */
export function parseResourceAttributes(text: string): Partial<Record<ResourceKey, string>> | null {
  const pairs = parsePairs(text)
  const known = (key: string) => (RESOURCE_KEYS as readonly string[]).includes(key)
  return pairs?.every(([key, value]) => known(key) && value !== '') ? Object.fromEntries(pairs) : null
}

export function parseHeaders(text: string): Record<string, string> | null {
  const pairs = parsePairs(text)
  const sound = (key: string) => HEADER_NAME.test(key) && !RESERVED_HEADER.test(key)
  return pairs?.every(([key]) => sound(key)) ? Object.fromEntries(pairs) : null
}

function parsePairs(text: string): [string, string][] | null {
  const pairs: [string, string][] = []
  for (const part of text.split(',')) {
    const at = part.indexOf('=')
    const value = at < 1 ? null : decoded(part.slice(at + 1).trim())
    if (value === null) return null
    pairs.push([part.slice(0, at).trim(), value])
  }
  return pairs
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
