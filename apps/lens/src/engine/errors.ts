// The closed list of what can be wrong with the engine or with a statement.

export const ENGINE_ERROR_CODES = [
  'folder_locked',
  'engine_failed',
  'engine_down',
  'engine_closed',
  'query_timeout',
  'query_memory',
  'query_rows',
  'queries_waiting',
  'rows_refused',
  'statement_refused',
] as const
export type EngineErrorCode = (typeof ENGINE_ERROR_CODES)[number]

/** Numbers of ClickHouse's ErrorCodes.cpp; `rows_refused` means that one row at least cannot be read. */
const CODES_OF_CLICKHOUSE: Readonly<Record<number, EngineErrorCode>> = {
  6: 'rows_refused',
  25: 'rows_refused',
  26: 'rows_refused',
  27: 'rows_refused',
  41: 'rows_refused',
  53: 'rows_refused',
  70: 'rows_refused',
  72: 'rows_refused',
  117: 'rows_refused',
  131: 'rows_refused',
  158: 'query_rows',
  159: 'query_timeout',
  241: 'query_memory',
  396: 'query_rows',
}

export class EngineError extends Error {
  readonly code: EngineErrorCode

  constructor(code: EngineErrorCode, message: string) {
    super(message)
    this.name = 'EngineError'
    this.code = code
  }
}

/** `code` is the engine's own, 0 where it gave none. */
export function engineError(code: number, message: string): EngineError {
  return new EngineError(CODES_OF_CLICKHOUSE[code] ?? 'statement_refused', message)
}
