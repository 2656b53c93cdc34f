// One field of a span or log line by its name, wherever the row has it.

/** A row that was asked for whole has its attributes and resource in maps. */
export function rawField(data: Readonly<Record<string, unknown>>, name: string): unknown {
  const held = data[name]
  if (held !== undefined && held !== null) return held
  return mapOf(data['attributes'])[name] ?? mapOf(data['resource'])[name]
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
