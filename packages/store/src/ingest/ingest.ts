// Placeholder of the next commit.
import type pg from 'pg'
import type { IngestRepository } from '../contract.ts'
import type { StoreOptions } from '../settings.ts'

export function createIngestRepository(_pool: pg.Pool, _options: StoreOptions): IngestRepository {
  return { ingest: () => Promise.reject(new Error('ingest lands in the next commit')) }
}
