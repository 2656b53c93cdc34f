// What provisioning works with: objects as git wants them, as SigNoz has them, and the changes that lead from one to the other.
import type { Difference } from './differences.ts'

/** In the order in which they must be written: a rule names its channel and links to its dashboard. */
export const KINDS = ['channel', 'dashboard', 'rule', 'retention'] as const
export type Kind = (typeof KINDS)[number]

export interface Wanted {
  kind: Kind
  /** Unique within its kind. */
  name: string
  /** Where it stands in git; a word for it where it comes from settings. */
  origin: string
  document: object
}

export interface Stored {
  kind: Kind
  name: string
  id: string
  /** Without what the server made of its own: ids, times, authors. */
  document: object
  /** Whether provisioning made it, by tag, source or name. */
  ours: boolean
}

/** `replace` is a new object in place of the old one: see `plan.ts`. */
export type Action = 'create' | 'update' | 'replace' | 'remove'

export interface Change {
  kind: Kind
  name: string
  origin: string
  action: Action
  /** Of the object in SigNoz; null for one to create. */
  id: string | null
  /** Of the rule that takes the place of a removed one in planned downtimes; one that is replaced makes its own. */
  heir?: string
  differences: Difference[]
  /** What is to be sent; null for one to remove. */
  document: object | null
}
