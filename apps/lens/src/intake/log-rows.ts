// OTLP log records to rows of logs_v2.
import { randomBytes } from 'node:crypto'
import { attributeMaps } from './attribute-maps.ts'
import type { DropReason } from './counts.ts'
import type { Drops, Entry, Offer } from './entries.ts'
import { type CutCounts, cutText, type RecordLimits, readAttributes, timeFault } from './limits.ts'
import { type Resource, Resources } from './resource.ts'
import { bucketOf, SeenResources } from './seen-resources.ts'
import { nanosToMs, toBigInt, toHex, toPlain, toText } from './values.ts'
import type { LogsRequest, WireLog, WireScope } from './wire.ts'

const NANOS_PER_MS = 1_000_000n
/** Nanoseconds in base 36 until the year 5000, so that ids sort by time. */
const ID_TIME_DIGITS = 13
const ID_RANDOM_BYTES = 7

interface Scope {
  scope_name: string
  scope_version: string
  scope_string: Record<string, string>
}

export class LogRows {
  readonly seen = new SeenResources('signoz_logs.logs_v2_resource')
  readonly #resources: Resources
  readonly #limits: RecordLimits
  readonly #cut: CutCounts

  constructor(limits: RecordLimits, cut: CutCounts) {
    this.#limits = limits
    this.#cut = cut
    this.#resources = new Resources(limits, cut)
  }

  /** Offers the rows of each record; returns the count of records. */
  write(request: LogsRequest, nowMs: number, offer: Offer, drops: Drops): number {
    let records = 0
    for (const { resource: wire, scopeLogs } of request.resourceLogs) {
      const resource = this.#resources.read(wire)
      for (const scoped of scopeLogs) {
        const scope = this.#scope(scoped.scope)
        records += scoped.logRecords.length
        for (const log of scoped.logRecords) drops.note(this.#writeLog(log, resource, scope, nowMs, offer))
      }
    }
    return records
  }

  #writeLog(log: WireLog, resource: Resource, scope: Scope, nowMs: number, offer: Offer): DropReason | null {
    const observed = toBigInt(log.observedTimeUnixNano) || BigInt(nowMs) * NANOS_PER_MS
    const time = toBigInt(log.timeUnixNano) || observed
    const timeMs = nanosToMs(time)
    const fault = timeFault(timeMs, nowMs, this.#limits)
    if (fault !== null) return fault
    const bucket = bucketOf(timeMs)
    const row = {
      ts_bucket_start: bucket,
      resource_fingerprint: resource.fingerprint,
      timestamp: String(time),
      observed_timestamp: String(observed),
      id: idOf(time),
      trace_id: toHex(log.traceId),
      span_id: toHex(log.spanId),
      trace_flags: log.flags ?? 0,
      severity_text: (log.severityText ?? '').slice(0, this.#limits.keyMax),
      severity_number: log.severityNumber ?? 0,
      body: cutText(toText(toPlain(log.body)), this.#limits.bodyMax, this.#cut, 'body_bytes'),
      ...attributeMaps(readAttributes(log.attributes, this.#limits, this.#cut)),
      resources_string: resource.attributes,
      ...scope,
      resource: resource.attributes,
    }
    const entries: Entry[] = [{ table: 'signoz_logs.logs_v2', line: JSON.stringify(row), records: 1 }]
    const missing = this.seen.missing(resource, bucket)
    if (missing !== null) entries.unshift(missing)
    if (!offer(entries)) return 'queue_full'
    if (missing !== null) this.seen.written(resource, bucket)
    return null
  }

  #scope(wire: WireScope | null | undefined): Scope {
    const pairs = readAttributes(wire?.attributes ?? [], this.#limits, this.#cut)
    const attributes = Object.fromEntries(pairs.map(([key, value]) => [key, toText(value)]))
    return { scope_name: wire?.name ?? '', scope_version: wire?.version ?? '', scope_string: attributes }
  }
}

function idOf(time: bigint): string {
  return time.toString(36).padStart(ID_TIME_DIGITS, '0') + randomBytes(ID_RANDOM_BYTES).toString('hex')
}
