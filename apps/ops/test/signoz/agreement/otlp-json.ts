// OTLP over HTTP as JSON, which needs no library.
import type { Random } from './random.ts'

export type Json = Record<string, unknown>

/** With a fraction of their own, so that no two records stand at one moment. */
export function nanoseconds(ms: number, random?: Random): string {
  return `${ms}${String(Math.floor((random?.next() ?? 0) * 1e6)).padStart(6, '0')}`
}

export function attributesOf(values: Readonly<Record<string, string | number | boolean>>): Json[] {
  return Object.entries(values).map(([key, value]) => {
    if (typeof value === 'number') return { key, value: { intValue: String(value) } }
    return { key, value: typeof value === 'boolean' ? { boolValue: value } : { stringValue: value } }
  })
}

export async function post(url: string, body: Json): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
}
