// The shape of a span's declaration.
import type { AttributeName } from '../attributes.ts'
import type { ServiceName } from '../services.ts'

export interface SpanDeclaration {
  kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  about: string
  attributes: readonly AttributeName[]
  by: readonly ServiceName[]
  /** For names that hold a method and a route; without it the key of the list is the name. */
  name?: RegExp
  /** Which of them are recorded. */
  sampling: string
  /** What it links to, where parenthood cannot say it. */
  links?: string
  notInTour?: string
}
