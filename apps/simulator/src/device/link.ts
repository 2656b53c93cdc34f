// What a logger sees of the network: one connection that opens, carries bytes and ends.

export interface LinkEvents {
  connected(): void
  received(chunk: Buffer): void
  /** Once, for a refused, a reset and an ended connection alike. Not after `close` or `abandon`. */
  closed(): void
}

export interface Link {
  /** @returns false when the other side does not read and the bytes were dropped. */
  write(bytes: Buffer): boolean
  /** Ends the connection, an abandoned one too; the other side sees it. */
  close(): void
  /** Leaves without a word, as a logger does that loses its power at dusk. */
  abandon(): void
}

export type Dial = (events: LinkEvents) => Link
