// Finds the items that a statement cannot take, so that the others of the batch are kept.
import { type Client, sqlState } from '../database.ts'
import { RowsMissingError } from './store-readings.ts'

export interface Failure<T> {
  item: T
  error: Error
}

/** SQLSTATE classes 22 (data exception) and 23 (constraint) are the fault of an item; all others are not. */
export function isItemFault(error: unknown): error is Error {
  return error instanceof RowsMissingError || /^2[23]/.test(sqlState(error) ?? '')
}

/** Runs `work` on all items; on a fault on halves, down to single items, each part behind a savepoint. Keeps their order. */
export async function bisect<T>(
  client: Client,
  items: readonly T[],
  work: (items: readonly T[]) => Promise<void>,
): Promise<Failure<T>[]> {
  if (items.length === 0) return []
  await client.query('ingest.savepoint', 'SAVEPOINT part')
  try {
    await work(items)
    await client.query('ingest.release_savepoint', 'RELEASE SAVEPOINT part')
    return []
  } catch (error) {
    if (!isItemFault(error)) throw error
    await client.query('ingest.undo_to_savepoint', 'ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part')
    if (items.length === 1) return [{ item: items[0] as T, error }]
  }
  const middle = items.length >> 1
  const first = await bisect(client, items.slice(0, middle), work)
  return [...first, ...(await bisect(client, items.slice(middle), work))]
}
