// Sentences about single values and senders that more than one signal needs.
import type { AttributeValue } from './received.ts'

export type ValueType = 'string' | 'number' | 'boolean' | 'string[]' | 'object'

/** Nothing when the value is of that type. */
export function typeFault(what: string, value: AttributeValue, type: ValueType): string[] {
  return isOfType(value, type) ? [] : [`${what} is ${JSON.stringify(value)}, declared ${type}`]
}

/** `solar-api and solar-collector`; each once. */
export function listed(names: readonly string[]): string {
  return [...new Set(names)].join(' and ')
}

/**
 * Names that no service of `expectedFrom` may leave out. `cameFrom` tells whether the thing came from the service;
 * a reason in `notInTour` excuses its absence, not its presence.
 */
export function absences<D extends { by: readonly string[]; notInTour?: string }>(
  what: string,
  declared: Readonly<Record<string, D>>,
  expectedFrom: readonly string[],
  cameFrom: (name: string, service: string) => boolean,
): string[] {
  return Object.entries(declared).flatMap(([name, { by, notInTour }]) =>
    by
      .filter(
        service => notInTour === undefined && expectedFrom.includes(service) && !cameFrom(name, service),
      )
      .map(service => `${what} ${name} is declared for ${service} and never came`),
  )
}

function isOfType(value: AttributeValue, type: ValueType): boolean {
  if (type === 'string[]') return Array.isArray(value) && value.every(item => typeof item === 'string')
  if (type === 'object') return typeof value === 'object' && value !== null
  return typeof value === type
}
