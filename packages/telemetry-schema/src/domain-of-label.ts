// What values a label may have: a closed list, registered entities, or a bound that code sets. Nothing else can be declared.

export interface ClosedList<V extends string | number | boolean = string | number | boolean> {
  kind: 'closed'
  values: readonly V[]
  optional: boolean
}

/** Ids of loggers, inverters and sites that an operator has registered; never what an unauthenticated frame says. */
export interface Registered {
  kind: 'registered'
  entity: 'logger' | 'inverter' | 'site'
  /** What OTLP carries. */
  type: 'string' | 'number'
  optional: boolean
}

/** Values that code makes, at most so many: the routes of the API, for example. */
export interface Bounded {
  kind: 'bounded'
  max: number
  /** What makes the bound hold. */
  because: string
  type: 'string' | 'number'
  optional: boolean
}

export type LabelDomain = ClosedList | Registered | Bounded

export function oneOf<const V extends readonly (string | number | boolean)[]>(
  values: V,
): ClosedList<V[number]> & { optional: false } {
  return { kind: 'closed', values, optional: false }
}

export function registered(entity: Registered['entity']): Registered & { type: 'string'; optional: false } {
  return { kind: 'registered', entity, type: 'string', optional: false }
}

export function bounded<const T extends 'string' | 'number'>(
  type: T,
  max: number,
  because: string,
): Bounded & { type: T; optional: false } {
  return { kind: 'bounded', max, because, type, optional: false }
}

/** A label that some points of the metric lack. */
export function optional<const D extends LabelDomain>(domain: D): Omit<D, 'optional'> & { optional: true } {
  return { ...domain, optional: true }
}

/** The TypeScript type of a label's value. */
export type ValueOf<D> = D extends { kind: 'closed'; values: readonly (infer V)[] }
  ? V
  : D extends { type: 'number' }
    ? number
    : string
