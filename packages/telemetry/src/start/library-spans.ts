// Makes spans of instrumentation libraries keep to the schema: no undeclared attribute, no query of an address, no personal data in free text.

import { HTTP_METHODS, SPANS } from '@deye-hard/telemetry-schema'
import type { Attributes } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { scrub, scrubStack } from '../scrub.ts'

const HTTP_SCOPE = '@opentelemetry/instrumentation-http'
const UNDICI_SCOPE = '@opentelemetry/instrumentation-undici'

const DECLARED: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [HTTP_SCOPE, new Set<string>(SPANS.request.attributes)],
  [UNDICI_SCOPE, new Set<string>(SPANS['HTTP request'].attributes)],
])
/** A caller writes these. */
const FREE_TEXT = ['url.path', 'user_agent.original', 'server.address', 'client.address'] as const
const FREE_TEXT_MAX_CHARACTERS = 256
const METHODS: readonly string[] = HTTP_METHODS

/** Changes an ended span of a library in place, before anyone else sees it. */
export function tidyLibrarySpan(span: ReadableSpan): void {
  const declared = DECLARED.get(span.instrumentationScope.name)
  if (declared === undefined) return
  const { attributes } = span
  for (const name in attributes) if (!declared.has(name)) delete attributes[name]
  for (const name of FREE_TEXT) tidyText(attributes, name)
  if (typeof attributes['url.full'] === 'string')
    attributes['url.full'] = withoutQuery(attributes['url.full'])
  tidyName(span)
  for (const event of span.events) tidyException(event.attributes)
}

function tidyText(attributes: Attributes, name: string): void {
  const text = attributes[name]
  if (typeof text === 'string') attributes[name] = scrub(text.slice(0, FREE_TEXT_MAX_CHARACTERS))
}

/** Also without name and password, which an address may hold. */
function withoutQuery(address: string): string {
  const { origin, pathname } = new URL(address)
  return scrub(origin + pathname)
}

/** instrumentation-http takes any method into the name; semantic conventions want HTTP for one that nobody knows. */
function tidyName(span: ReadableSpan): void {
  const [method = ''] = span.name.split(' ', 1)
  if (!METHODS.includes(method)) (span as { name: string }).name = `HTTP${span.name.slice(method.length)}`
}

function tidyException(attributes: Attributes | undefined): void {
  if (attributes === undefined) return
  const { 'exception.message': message, 'exception.stacktrace': stack } = attributes
  if (typeof message === 'string') attributes['exception.message'] = scrub(message)
  if (typeof stack === 'string') attributes['exception.stacktrace'] = scrubStack(stack)
}
