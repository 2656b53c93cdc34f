// The closed list of errors of the store; each message says what to do.

const MESSAGES = {
  migration_changed:
    'The migration {name} was changed after it ran in this database: restore the file and put the change into a new one.',
  migration_unknown:
    'The database has the migration {name}, which this version does not know: run the version that made it, or a newer one.',
  migration_failed: 'The migration {name} failed and was rolled back: {cause}',
  invalid_batch: 'The batch cannot be taken: {cause}',
} as const

export type StoreErrorCode = keyof typeof MESSAGES
export const STORE_ERROR_CODES = Object.keys(MESSAGES) as StoreErrorCode[]

export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, fields: Record<string, string>, options?: ErrorOptions) {
    super(
      MESSAGES[code].replace(/\{(\w+)\}/g, (_, name: string) => fields[name] ?? 'unknown'),
      options,
    )
    this.code = code
  }
}

/** An AggregateError of a refused connection has an empty message. */
export function describeError(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describeError).join('; ')
  return error instanceof Error ? error.message : String(error)
}
