// Attributes sorted into the maps of the tables: text, numbers, booleans.
import { type PlainValue, toText } from './values.ts'

export interface AttributeMaps {
  attributes_string: Record<string, string>
  attributes_number: Record<string, number>
  attributes_bool: Record<string, boolean>
}

export function attributeMaps(attributes: readonly (readonly [string, PlainValue])[]): AttributeMaps {
  const maps: AttributeMaps = { attributes_string: {}, attributes_number: {}, attributes_bool: {} }
  for (const [key, value] of attributes) {
    if (typeof value === 'number' && Number.isFinite(value)) maps.attributes_number[key] = value
    else if (typeof value === 'boolean') maps.attributes_bool[key] = value
    else maps.attributes_string[key] = toText(value)
  }
  return maps
}

/** Spans have the parts of a map as attributes of their own (`m.k`); log lines keep its JSON. */
export function flatten(attributes: readonly (readonly [string, PlainValue])[]): [string, PlainValue][] {
  return attributes.flatMap(([key, value]): [string, PlainValue][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? flatten(Object.entries(value).map(([inner, part]) => [`${key}.${inner}`, part]))
      : [[key, value]],
  )
}
