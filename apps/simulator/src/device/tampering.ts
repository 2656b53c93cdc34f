// What a fault may do to one logger from the inside.

export interface Tampering {
  /** Replaces a frame on its way out by any bytes. */
  outgoing?(bytes: Buffer): readonly Buffer[]
  /** The clock of the logger does not follow the server: W + O stays in 1970. */
  ignoresServerTime?: boolean
}
