// The shapes that repositories take and return; the API and the operator's commands know the database only by these.
import type { IngestOutcome, MeasurementBatch, QuantityName } from '@deye-hard/domain'

export type UserRole = 'user' | 'admin'

export interface User {
  id: number
  email: string
  passwordHash: string
  role: UserRole
  createdAt: Date
  disabledAt: Date | null
}

export interface UserRepository {
  /** E-mail is compared in lower case. */
  findByEmail(email: string): Promise<User | null>
  findById(id: number): Promise<User | null>
  list(): Promise<User[]>
  add(user: {
    email: string
    passwordHash: string
    role: UserRole
  }): Promise<{ outcome: 'added'; id: number } | { outcome: 'exists' }>
  setPasswordHash(id: number, passwordHash: string): Promise<void>
  /** Also revokes every session of the user. */
  disable(email: string): Promise<{ outcome: 'disabled' | 'unknown_user' | 'already_disabled' }>
}

export type RotateOutcome =
  | { outcome: 'rotated'; userId: number; familyId: string }
  /** A token that was already used came again: the family is now revoked. */
  | { outcome: 'reused'; userId: number; familyId: string }
  | { outcome: 'expired' | 'revoked' | 'unknown' }

export interface SessionRepository {
  /** Token hashes are SHA-256 of the opaque token; the token itself is never stored. `now` is the database's own when left out. */
  open(session: {
    userId: number
    familyId: string
    tokenHash: Buffer
    expiresAt: Date
    now?: Date
  }): Promise<void>
  rotate(change: {
    tokenHash: Buffer
    nextTokenHash: Buffer
    expiresAt: Date
    now: Date
  }): Promise<RotateOutcome>
  revokeByToken(tokenHash: Buffer): Promise<{ outcome: 'revoked' | 'unknown' }>
  isFamilyActive(familyId: string): Promise<boolean>
}

export interface Site {
  id: number
  name: string
  latitude: number
  longitude: number
  /** IANA name; "energy today" and daily sums follow it. */
  timezone: string
}

export interface Inverter {
  id: number
  site: Site
  loggerSerial: number
  inverterSerial: string | null
  name: string
  ratedPowerW: number | null
  hasBattery: boolean
  uploadIntervalS: number
  createdAt: Date
  state: InverterState | null
}

/** The current view, fed by live readings only (never by buffered ones). */
export interface InverterState {
  acquiredAt: Date
  receivedAt: Date
  acPowerW: number | null
  energyTodayKwh: number | null
  energyTotalKwh: number | null
  /** Static facts of the device as last reported: versions, ratings, grid limits. */
  device: Record<string, string | number>
}

/** `all` is an administrator; a user sees the sites that he is a member of. */
export type Viewer = { kind: 'all' } | { kind: 'user'; userId: number }

export interface LoggerRegistration {
  loggerSerial: number
  inverterId: number
  siteId: number
  latitude: number
  longitude: number
  timezone: string
  hasBattery: boolean
  uploadIntervalS: number
}

export interface NewInverter {
  loggerSerial: number
  inverterSerial?: string
  name: string
  ratedPowerW?: number
  hasBattery?: boolean
  uploadIntervalS?: number
  siteId: number
}

export interface InverterRepository {
  list(viewer: Viewer, page: { limit: number; afterId?: number }): Promise<Inverter[]>
  /** null when it does not exist or the viewer may not see it: the two must look alike. */
  find(viewer: Viewer, id: number): Promise<Inverter | null>
  add(
    inverter: NewInverter,
  ): Promise<{ outcome: 'added'; id: number } | { outcome: 'logger_taken'; inverterId: number }>
  addSite(site: Omit<Site, 'id'>): Promise<number>
  findSiteByName(name: string): Promise<Site | null>
  addMember(siteId: number, userId: number): Promise<void>
  registrations(): Promise<LoggerRegistration[]>
  /** Changes whenever a registration changes; the ETag of the look-up. */
  registrationsVersion(): Promise<string>
}

export interface RangeQuery {
  inverterId: number
  from: Date
  to: Date
  fields: readonly QuantityName[]
  limit: number
  /** Keyset: rows strictly after this position. */
  after?: { time: Date; key: string }
}

export interface MeasurementRow {
  time: Date
  /** Opaque part of the keyset beside time. */
  key: string
  receivedAt: Date
  buffered: boolean
  timeQuality: 'exact' | 'estimated' | 'unknown'
  values: Partial<Record<QuantityName, number | null>>
}

export interface BucketQuery {
  inverterId: number
  from: Date
  to: Date
  fields: readonly QuantityName[]
  bucketS: number
  limit: number
  after?: Date
}

export interface BucketRow {
  /** Start of the bucket; buckets without rows are absent, so gaps stay gaps. */
  time: Date
  samples: number
  /** Energy counters: the maximum of the bucket; everything else: the mean. */
  values: Partial<Record<QuantityName, number | null>>
}

export interface MeasurementRepository {
  range(query: RangeQuery): Promise<MeasurementRow[]>
  buckets(query: BucketQuery): Promise<BucketRow[]>
}

export interface IngestRepository {
  /** One transaction; idempotent by (collector_id, batch_id). The envelope of every message has been checked by the caller. */
  ingest(batch: MeasurementBatch, now: Date): Promise<IngestOutcome[]>
}

export interface QuarantineEntry {
  id: number
  receivedAt: Date
  collectorId: string
  loggerSerial: number
  controlCode: string
  reason: string
  detail: string | null
  frame: Buffer
}

export interface QuarantineRepository {
  list(filter: {
    reason?: string
    loggerSerial?: number
    limit: number
    afterId?: number
  }): Promise<QuarantineEntry[]>
  counts(): Promise<{ reason: string; messages: number; bytes: number; oldest: Date }[]>
  /** Moves one entry to measurement in one transaction and mends the ledger. */
  resolve(id: number, message: MeasurementBatch['messages'][number], now: Date): Promise<IngestOutcome>
  purge(filter: { olderThan?: Date; reason?: string; ids?: number[] }): Promise<number>
}

export interface LedgerRow {
  collectorId: string
  stored: number
  duplicates: number
  quarantined: number
  events: number
}

export interface LedgerRepository {
  all(): Promise<LedgerRow[]>
  /** Rows in `measurement`, for comparison with the ledger. */
  countMeasurements(): Promise<number>
}

export interface ServiceClient {
  clientId: string
  /** SHA-256 of the 256-bit random secret: a fast hash is enough for a secret that cannot be guessed. */
  secretHash: Buffer
  scopes: string[]
  disabledAt: Date | null
}

export interface ServiceClientRepository {
  find(clientId: string): Promise<ServiceClient | null>
  put(client: { clientId: string; secretHash: Buffer; scopes: string[] }): Promise<void>
}

/** What only the database knows of users, sessions and collectors; one statement. */
export interface ServiceFacts {
  /** Different users who logged in or refreshed a token in the 24 hours before. */
  activeUsers: number
  /** Sessions that could be continued now. */
  activeSessions: number
  /** Sums over all collectors. */
  ledger: Omit<LedgerRow, 'collectorId'>
}

export interface MonitoringRepository {
  serviceFacts(now: Date): Promise<ServiceFacts>
}

export interface Store {
  users: UserRepository
  sessions: SessionRepository
  inverters: InverterRepository
  measurements: MeasurementRepository
  ingest: IngestRepository
  quarantine: QuarantineRepository
  ledger: LedgerRepository
  serviceClients: ServiceClientRepository
  monitoring: MonitoringRepository
  /** Applies what is missing, forward only, under an advisory lock. */
  migrate(): Promise<{ applied: string[]; current: string }>
  /** True when the server answers and the schema is current; never throws. */
  ready(): Promise<{ ready: true } | { ready: false; reason: string }>
  /** Whether the TimescaleDB extension is in this database. */
  hasTimescale(): Promise<boolean>
  pool: { total: number; idle: number; waiting: number; max: number }
  close(): Promise<void>
}
