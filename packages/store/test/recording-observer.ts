// An observer that writes down what it hears, with the operation around each one.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { DbOperation } from '@deye-hard/telemetry-schema'
import { errorTypeOf, type StatementObserver } from '../src/index.ts'

export interface Observed {
  operation: DbOperation
  parent: DbOperation | null
  /** undefined while it runs, null when it went well. */
  error: string | null | undefined
  argumentCount: number
}

export interface RecordingObserver extends StatementObserver {
  seen: Observed[]
  /** In the order in which they began. */
  names(): DbOperation[]
  clear(): void
}

export function recordingObserver(): RecordingObserver {
  const around = new AsyncLocalStorage<DbOperation>()
  const seen: Observed[] = []
  async function observe<T>(...given: [DbOperation, () => Promise<T>]): Promise<T> {
    const [operation, run] = given
    const parent = around.getStore() ?? null
    const entry: Observed = { operation, parent, error: undefined, argumentCount: given.length }
    seen.push(entry)
    try {
      const result = await around.run(operation, run)
      entry.error = null
      return result
    } catch (error) {
      entry.error = errorTypeOf(error)
      throw error
    }
  }
  return {
    observe,
    seen,
    names: () => seen.map(({ operation }) => operation),
    clear: () => seen.splice(0),
  }
}
