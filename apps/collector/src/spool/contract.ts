// What the network side and the shipper may ask of the spool.

/** `message` enters the ledger (data frames), `event` is counted apart (hello, Wi-Fi info, report). */
export type MessageClass = 'message' | 'event'
export type AppendOutcome = 'durable' | 'spool_full' | 'disk_error'
export type CommitOutcome = Exclude<AppendOutcome, 'spool_full'>
/** @param seq Number of the frame in the spool; only of a durable one. */
export type AppendDone = (outcome: AppendOutcome, seq?: number) => void
export type DiskError = 'no_space' | 'io_error'

export interface SpoolEntry {
  /** The whole V5 frame as it came. */
  bytes: Uint8Array
  receivedAtMs: number
  messageClass: MessageClass
  loggerSerial: number
  /** The logger was not in the registry: such frames are bounded apart, see `Spool.unknownWaiting`. */
  unknownLogger?: boolean
}

/** A frame read back. `bare`: the API refused its decoded form, it travels once more as bytes with a reason. */
export interface StoredEntry extends SpoolEntry {
  seq: number
  bytes: Buffer
  bare: boolean
}

/** Frames that became durable in one go are one entry on disk and travel together. */
export interface Group {
  key: number
  /** What the group counts against the size limit. */
  costBytes: number
  entries: StoredEntry[]
  /** As it lies on disk. */
  value: Buffer
  /** Frames of this group whose bytes did not survive on disk. */
  damagedCount: number
}

/** A batch whose id and members were durable before it was posted. */
export interface AssignedBatch {
  batchId: string
  groupKeys: number[]
}

export interface DeadEntry {
  reason: 'rejected' | 'damaged'
  detail: string
  value: Buffer
}

/** One atomic change of the spool, made by the shipper; its parts take effect in this order. */
export interface SpoolChange {
  assign?: AssignedBatch
  dropBatchId?: string
  removeGroups?: readonly Group[]
  /** Put back at their own sequence number, one group each. */
  putBack?: readonly StoredEntry[]
  dead?: readonly DeadEntry[]
  counts?: Partial<OutcomeCounts>
}

export interface OutcomeCounts {
  /** Only an event that could not be decoded adds here: it travels, and is counted by the API, as a message. */
  received: number
  stored: number
  duplicates: number
  quarantined: number
  events_stored: number
  events_quarantined: number
  damaged: number
}

export interface SpoolStatus {
  collector_id: string
  /** Frames that wait, messages and events. */
  messages: number
  bytes: number
  max_bytes: number
  /** Age of the oldest frame, 0 when nothing waits. */
  oldest_age_s: number
  full: boolean
  disk_error: DiskError | null
  ledger: {
    received: number
    stored: number
    duplicates: number
    quarantined: number
    waiting: number
    unaccounted: number
  }
  events: { received: number; stored: number; quarantined: number; waiting: number }
  /** Frames whose bytes did not survive on disk, and what lies in the `dead` table (oldest leave first). */
  damaged: number
  dead: number
  /** Since the start: appends that were not accepted, commits that failed. */
  refused: { spool_full: number; disk_error: number }
  commits: number
  commits_failed: number
}

export interface Spool {
  /**
   * Calls back after the frame is durable on disk (group commit), or at once with the reason why it is not taken.
   * The bytes are copied inside the call.
   */
  append(entry: SpoolEntry, done: AppendDone): void
  /** Bytes that are in memory and not yet on disk. */
  pendingBytes(): number
  /** Frames of unknown loggers that wait. */
  unknownWaiting(): number
  status(): SpoolStatus
  /** Makes durable what was appended, then closes; further appends answer `disk_error`. */
  close(): Promise<void>

  readonly collectorId: string
  /** Sequence number that the next durable frame gets. */
  nextSeq(): number
  /** Groups from `fromSeq` on, oldest first, below `beforeSeq`, within the limits; at least one if there is one. */
  readGroups(range: GroupRange): Group[]
  readGroup(key: number): Group | undefined
  assignedBatches(): AssignedBatch[]
  change(change: SpoolChange): Promise<CommitOutcome>
  /** Small texts that outlive a restart, for example the list of known loggers. */
  readNote(name: string): string | undefined
  writeNote(name: string, text: string): Promise<CommitOutcome>
  /** Called after each commit that made frames durable; returns the way to stop it. */
  onDurable(listener: () => void): () => void
}

/** What a commit cost; `frames` is 0 when it only changed what was there. */
export interface CommitReport {
  outcome: CommitOutcome
  durationMs: number
  frames: number
}

export interface GroupRange {
  fromSeq: number
  beforeSeq: number
  maxMessages: number
  maxBytes: number
  /** What a group counts against `maxBytes`. */
  sizeOf(valueBytes: number, frames: number): number
  skip(key: number): boolean
}
