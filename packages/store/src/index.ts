// The only place that knows PostgreSQL: migrations, repositories, ingest.
export type * from './contract.ts'
export { STORE_ERROR_CODES, StoreError, type StoreErrorCode } from './errors.ts'
export type { Maintenance } from './maintenance.ts'
export type { DroppedCount, FullQuarantineRepository } from './quarantine.ts'
export { type StoreOptions, storeSettings } from './settings.ts'
export { type OpenStore, openStore } from './store.ts'
