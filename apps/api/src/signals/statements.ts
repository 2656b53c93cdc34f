// What telemetry learns of every statement of the store: its time, a span below the request, and a warning when it was slow.
import { errorTypeOf, type StatementObserver } from '@deye-hard/store'
import {
  activeTrace,
  instruments,
  isTracing,
  type Logger,
  recordSpan,
  type TraceRef,
  withSpan,
} from '@deye-hard/telemetry'
import { DB_OPERATIONS, DB_STATEMENTS, type DbOperation, type DbStatement } from '@deye-hard/telemetry-schema'

/** Labels and attributes in one, made once: they are the same for every run of an operation. */
const NAMES = new Map(
  DB_OPERATIONS.map(name => [name, { 'db.system.name': 'postgresql', 'db.operation.name': name } as const]),
)

const durations = instruments.histogram('db.client.operation.duration')
/** Of the process. Statements that were not slow yet count 0, so that the first time is seen as a rise. */
const slowQueries = new Map<DbStatement, number>(DB_STATEMENTS.map(name => [name, 0]))
instruments.observe('solar.db.slow_queries', report => {
  for (const [name, count] of slowQueries) report(count, { 'db.operation.name': name })
})

export interface StatementSignals {
  lines: Logger
  /** Milliseconds. */
  slowAfter: number
  /** Hears how each operation ended; null: well. */
  onOutcome?: (error: unknown) => void
}

export function observeStatements(signals: StatementSignals): StatementObserver {
  return {
    observe: (operation, run) => {
      // Pollers have no request: their statements are counted, and would only be traces of one span each.
      const traced = isTracing() && activeTrace() !== null
      if (!traced) return observe(signals, operation, run, () => null)
      return isStatement(operation)
        ? besideSpan(signals, operation, run)
        : insideSpan(signals, operation, run)
    },
  }
}

interface End {
  durationMs: number
  errorType: string | undefined
}

/** A unit's span is open while its statements run, so that they stand below it. */
async function insideSpan<T>(
  signals: StatementSignals,
  operation: DbOperation,
  run: () => Promise<T>,
): Promise<T> {
  const options = { title: operation, attributes: NAMES.get(operation)! }
  const outcome = await withSpan('statement', options, async span => {
    const end = ({ errorType }: End) => {
      if (errorType !== undefined) span.fail(errorType)
      return span.ref
    }
    // As a value: the exception stands on the span of the request, once.
    return observe(signals, operation, run, end).then(
      value => ({ value }),
      (error: unknown) => ({ error }),
    )
  })
  if ('error' in outcome) throw outcome.error
  return outcome.value
}

/** A single statement has nothing below it: its span is written when it is over. */
function besideSpan<T>(signals: StatementSignals, operation: DbOperation, run: () => Promise<T>): Promise<T> {
  const startMs = Date.now()
  return observe(signals, operation, run, ({ durationMs, errorType }) =>
    recordSpan('statement', {
      title: operation,
      attributes: NAMES.get(operation)!,
      startMs,
      endMs: startMs + durationMs,
      ...(errorType === undefined ? {} : { errorType }),
    }),
  )
}

/** `end` hears of the end before the log does and says which span it is in. */
async function observe<T>(
  signals: StatementSignals,
  operation: DbOperation,
  run: () => Promise<T>,
  end: (end: End) => TraceRef | null,
): Promise<T> {
  const startMs = performance.now()
  const finish = (error: unknown) => {
    const durationMs = performance.now() - startMs
    const errorType = error === null ? undefined : errorTypeOf(error)
    report(signals, operation, durationMs, errorType, end({ durationMs, errorType }))
    signals.onOutcome?.(error)
  }
  try {
    const result = await run()
    finish(null)
    return result
  } catch (error) {
    finish(error)
    throw error
  }
}

function report(
  { lines, slowAfter }: StatementSignals,
  operation: DbOperation,
  durationMs: number,
  errorType: string | undefined,
  trace: TraceRef | null,
): void {
  const names = NAMES.get(operation)!
  durations.record(
    durationMs / 1_000,
    errorType === undefined ? names : { ...names, 'error.type': errorType },
  )
  const fields = () => ({ db_operation: operation, duration_ms: Math.round(durationMs * 10) / 10 })
  if (lines.isLevelEnabled('debug')) lines.debug('statement done', fields(), trace)
  // A unit of many fast statements is not a slow query.
  if (durationMs <= slowAfter || !isStatement(operation)) return
  slowQueries.set(operation, slowQueries.get(operation)! + 1)
  lines.warn('slow statement', fields(), trace)
}

function isStatement(operation: DbOperation): operation is DbStatement {
  return slowQueries.has(operation as DbStatement)
}
