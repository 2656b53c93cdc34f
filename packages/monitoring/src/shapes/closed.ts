// How shapes are built: closed objects, closed lists of words, and texts that say something.
import { type Static, type TProperties, type TSchema, Type } from 'typebox'

/** SigNoz answers 400 to a field that it does not know (dashboards) or drops it silently (rules), so no shape is open. */
export function closed<const P extends TProperties>(properties: P) {
  return Type.Object(properties, { additionalProperties: false })
}

export function oneOf<const V extends readonly string[]>(values: V, description?: string) {
  return Type.Unsafe<V[number]>({
    type: 'string',
    enum: [...values],
    ...(description === undefined ? {} : { description }),
  })
}

/** `kind` and `type` tell the branches of a union apart; a fault is then told about the branch that was meant. */
export function literal<const V extends string>(value: V) {
  return Type.Unsafe<V>({ type: 'string', const: value })
}

export function keyed<S extends TSchema>(pattern: string, value: S, description?: string) {
  return Type.Unsafe<Record<string, Static<S>>>({
    type: 'object',
    patternProperties: { [pattern]: value },
    additionalProperties: false,
    ...(description === undefined ? {} : { description }),
  })
}

export const Text = Type.String({ minLength: 1 })
/** An editor reads it, SigNoz never sees it. */
export const SchemaLink = Type.Optional(Type.String({ description: 'For editors; not sent' }))
