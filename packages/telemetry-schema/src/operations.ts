// The name of every statement and transaction of the store: the value of db.operation.name, for spans, metrics and slow queries.

/** `<repository>.<method>`; the store's observer takes nothing else. */
export const DB_OPERATIONS = ['ingest.batch', 'store.ready'] as const
export type DbOperation = (typeof DB_OPERATIONS)[number]
