// The histograms of the collector: commits of the spool, posts to the API, and how long a message takes to its row.
import { instruments } from '@deye-hard/telemetry'
import type { ShipError } from '../shipper/errors.ts'
import type { CommitReport } from '../spool/contract.ts'

const MS_PER_S = 1_000

const commitDuration = instruments.histogram('solar.spool.commit.duration')
const commitSize = instruments.histogram('solar.spool.commit.size')
const postDuration = instruments.histogram('solar.storage.post.duration')
const batchSize = instruments.histogram('solar.storage.batch.size')
const writeDuration = instruments.histogram('solar.storage.write.duration')

/** Made once: a label object for each value would cost more than the value. */
const COMMIT_LABELS = { durable: { outcome: 'durable' }, disk_error: { outcome: 'disk_error' } } as const
const WRITE_LABELS = {
  stored: { outcome: 'stored' },
  duplicate: { outcome: 'duplicate' },
  quarantined: { outcome: 'quarantined' },
  rejected: { outcome: 'rejected' },
} as const

export function recordCommit({ outcome, durationMs, frames }: CommitReport): void {
  commitDuration.record(durationMs / MS_PER_S, COMMIT_LABELS[outcome])
  if (frames > 0) commitSize.record(frames)
}

/** One POST of a batch, with the token request before it where one was needed. */
export function recordPost(outcome: 'ok' | ShipError, durationMs: number, messages: number): void {
  postDuration.record(durationMs / MS_PER_S, { outcome })
  batchSize.record(messages)
}

/** @param durationMs By the wall clock, since a message may have waited through a restart. */
export function recordWrite(durationMs: number, outcome: keyof typeof WRITE_LABELS): void {
  writeDuration.record(Math.max(0, durationMs) / MS_PER_S, WRITE_LABELS[outcome])
}
