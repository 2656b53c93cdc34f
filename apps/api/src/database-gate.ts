// Says whether routes may use the database yet, so that a database that starts late costs 503s and nothing else.
export interface DatabaseGate {
  /** null when open, else why it is shut. */
  readonly shutBecause: string | null
  open(): void
  shut(reason: string): void
}

export function createDatabaseGate(): DatabaseGate {
  let reason: string | null = null
  return {
    get shutBecause() {
      return reason
    },
    open() {
      reason = null
    },
    shut(because) {
      reason = because
    },
  }
}
