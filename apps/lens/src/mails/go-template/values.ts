// What a template can hold, and Go's rules for it: what is empty, how it is printed, which fields and methods it has.
import { ExecutionFault } from './syntax.ts'
import { formatTime } from './time-layout.ts'

export type Value =
  | null
  | boolean
  | number
  | string
  | readonly Value[]
  /** A Go map of strings: a key that is missing is empty text. */
  | ReadonlyMap<string, string>
  | GoObject

type Method = (...parameters: Value[]) => Value

/** A Go struct or named slice: fields and methods that are not listed do not exist. */
export class GoObject {
  readonly fields: Readonly<Record<string, Value>>
  readonly methods: Readonly<Record<string, Method>>
  /** What `len`, `index` and `range` see. */
  readonly items: readonly Value[] | null
  readonly text: string | null

  constructor(parts: {
    fields?: Readonly<Record<string, Value>>
    methods?: Readonly<Record<string, Method>>
    items?: readonly Value[]
    text?: string
  }) {
    this.fields = parts.fields ?? {}
    this.methods = parts.methods ?? {}
    this.items = parts.items ?? null
    this.text = parts.text ?? null
  }
}

/** A `time.Time` in UTC. */
export function goTime(ms: number): GoObject {
  return new GoObject({
    methods: {
      UTC: () => goTime(ms),
      Format: layout => {
        if (typeof layout !== 'string') throw new ExecutionFault('Format wants a layout')
        return formatTime(ms, layout)
      },
    },
  })
}

export function isTrue(value: Value): boolean {
  if (value === null || typeof value === 'boolean') return value === true
  if (typeof value === 'number') return value !== 0
  if (typeof value === 'string') return value !== ''
  if (value instanceof Map) return value.size > 0
  const items = itemsOf(value)
  return items === null || items.length > 0
}

export function textOf(value: Value): string {
  if (value === null) return '<no value>'
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value instanceof GoObject && value.text !== null) return value.text
  throw new ExecutionFault('only text and numbers are printed')
}

export function itemsOf(value: Value): readonly Value[] | null {
  if (Array.isArray(value)) return value
  return value instanceof GoObject ? value.items : null
}

/** A field, an entry of a map, or what a method gives. */
export function member(value: Value, name: string, parameters: readonly Value[]): Value {
  if (value instanceof GoObject) {
    const method = ownEntry(value.methods, name)
    if (method !== undefined) return method(...parameters)
    const field = ownEntry(value.fields, name)
    if (field !== undefined && parameters.length === 0) return field
    throw new ExecutionFault(
      field === undefined ? `there is no field or method ${name}` : `${name} has arguments but is no method`,
    )
  }
  if (value instanceof Map && parameters.length === 0) return value.get(name) ?? ''
  throw new ExecutionFault(`there is no field ${name} in ${value === null ? 'nil' : 'such a value'}`)
}

function ownEntry<T>(entries: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(entries, name) ? entries[name] : undefined
}
