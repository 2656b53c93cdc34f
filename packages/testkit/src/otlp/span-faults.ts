// Where received spans and their declarations differ: name, sender, kind, attributes and their types, links.
import type { SpanDeclaration } from '@deye-hard/telemetry-schema'
import type { TelemetrySchema } from './declared.ts'
import type { Attributes, ReceivedSpan } from './received.ts'
import { absences, listed, typeFault } from './value-faults.ts'

type Entry = readonly [key: string, declared: SpanDeclaration]

export function spanFaults(
  spans: readonly ReceivedSpan[],
  schema: TelemetrySchema,
  expectedFrom: readonly string[],
): string[] {
  const entries = Object.entries(schema.spans)
  const came = new Set<string>()
  const wrong = spans.flatMap(span => {
    const found = declarationOf(span, entries)
    if (typeof found === 'string') return [found]
    const [key, declared] = found
    came.add(JSON.stringify([key, span.service]))
    return contentFaults(span, declared, schema)
  })
  const cameFrom = (key: string, service: string) => came.has(JSON.stringify([key, service]))
  return [...wrong, ...absences('the span', schema.spans, expectedFrom, cameFrom)]
}

/** A name may be declared more than once, for other services or kinds; a sentence when none fits. */
function declarationOf({ name, service, kind }: ReceivedSpan, entries: readonly Entry[]): Entry | string {
  const named = entries.filter(([key, declared]) => declared.name?.test(name) ?? key === name)
  const ofService = named.filter(([, { by }]) => by.some(one => one === service))
  const fitting = ofService.find(([, declared]) => declared.kind === kind)
  if (fitting !== undefined) return fitting
  const sent = `${service} sent the span ${name}`
  if (named.length === 0) return `${sent}, which is not declared`
  if (ofService.length === 0)
    return `${sent}, which is declared for ${listed(named.flatMap(([, { by }]) => by))}`
  return `${sent} as ${kind}, declared ${ofService.map(([, declared]) => declared.kind).join(' or ')}`
}

function contentFaults(span: ReceivedSpan, declared: SpanDeclaration, schema: TelemetrySchema): string[] {
  const of = `of the span ${span.name}`
  const check = (attributes: Attributes, where: string) =>
    Object.entries(attributes).flatMap(([name, value]) => {
      const what = `the attribute ${name} ${where}`
      const attribute = schema.attributes[name]
      return attribute && declared.attributes.some(one => one === name)
        ? typeFault(what, value, attribute.type)
        : [`${what} is not declared`]
    })
  return [
    ...check(span.attributes, of),
    ...span.events.flatMap(event => check(event.attributes, `in the event ${event.name} ${of}`)),
    ...span.links.flatMap(link => check(link.attributes, `in a link ${of}`)),
    ...(span.links.length > 0 && declared.links === undefined
      ? [`the span ${span.name} has links, none are declared`]
      : []),
  ]
}
