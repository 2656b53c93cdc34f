// Metrics of the collector: connections, frames, acks, readings, spool, and its way to the API.
import { oneOf } from '../domain-of-label.ts'
import {
  buffered,
  CLOSED_REASONS,
  CUT_REASONS,
  controlCode,
  PAUSED_REASONS,
  QUARANTINE_REASONS,
  REFUSED_REASONS,
  SHIP_ERRORS,
  STREAM_REJECTIONS,
  UNACKED_REASONS,
} from '../labels.ts'
import { counter, gauge, histogram } from '../metric.ts'
import { COLLECTOR as by } from '../services.ts'

const COMMIT_BUCKETS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
/** Up to a day: what waited through an outage is written late, and shows how late. */
const WRITE_BUCKETS_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400]
const POST_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000]

/** A stream that is no frame has no control code. */
const rejectedCode = oneOf([...controlCode.values, 'none'] as const)
const rejectedReason = oneOf([...STREAM_REJECTIONS, ...QUARANTINE_REASONS, 'decoder_fault'] as const)
/** `damaged` on the disk of the spool, `rejected` by the API in every form, `other` for what a newer API may say. */
const quarantinedReason = oneOf([...QUARANTINE_REASONS, 'damaged', 'rejected', 'other'] as const)

export const collectorMetrics = {
  'solar.collector.connections.accepted': counter({
    unit: '{connection}',
    about: 'Connections that were taken',
    by,
  }),
  'solar.collector.connections.dropped': counter({
    unit: '{connection}',
    about: 'Connections that were refused, or closed by a limit or for speaking another protocol',
    labels: { reason: oneOf([...REFUSED_REASONS, ...CUT_REASONS] as const) },
    by,
  }),
  'solar.collector.connections.closed': counter({
    unit: '{connection}',
    about: 'Connections that the logger ended, or that ended with the collector',
    labels: { reason: oneOf(CLOSED_REASONS) },
    by,
  }),
  'solar.collector.connections.active': gauge({ unit: '{connection}', about: 'Open connections', by }),
  'solar.collector.loggers.connected': gauge({
    unit: '{logger}',
    about: 'Serial numbers that an open connection speaks for',
    by,
  }),
  'solar.collector.reading_paused': counter({
    unit: '{pause}',
    about: 'Times that connections were not read because frames waited for the disk',
    labels: { reason: oneOf(PAUSED_REASONS) },
    by,
  }),
  'solar.collector.garbage': counter({ unit: 'By', about: 'Bytes that belong to no frame', by }),
  'solar.frames.received': counter({
    unit: '{frame}',
    about: 'Valid frames that arrived',
    labels: { 'solarman.control_code': controlCode },
    by,
  }),
  'solar.frames.parsed': counter({
    unit: '{frame}',
    about:
      'Frames whose payload was decoded and settled with the API; a heartbeat has nothing to decode and counts at once',
    labels: { 'solarman.control_code': controlCode },
    by,
  }),
  'solar.frames.rejected': counter({
    unit: '{frame}',
    about:
      'Bytes that are no frame, at once; frames whose payload gives no reading and no event, when they are settled with the API',
    labels: { reason: rejectedReason, 'solarman.control_code': rejectedCode },
    by,
  }),
  'solar.frames.unacked': counter({
    unit: '{frame}',
    about: 'Frames that got no ack; the logger keeps them and sends them again',
    labels: { reason: oneOf(UNACKED_REASONS) },
    by,
  }),
  'solar.acks.sent': counter({ unit: '{ack}', about: 'Acks written to a socket', by }),
  'solar.acks.late': counter({
    unit: '{ack}',
    about: 'Acks that left later than ACK_LATE_AFTER after their frame; a logger repeats after 11 s',
    by,
  }),
  'solar.acks.ignored': counter({
    unit: '{ack}',
    about: 'Acks that the logger did not take: the record came again within a minute though it was acked',
    by,
  }),
  'solar.readings.received': counter({
    unit: '{message}',
    about: 'Messages that became durable in the spool',
    labels: { buffered },
    by,
  }),
  'solar.readings.stored': counter({
    unit: '{message}',
    about: 'Messages that became a row',
    labels: { buffered },
    by,
  }),
  'solar.readings.duplicate': counter({
    unit: '{message}',
    about: 'Messages that were in the database already: retries and replays',
    labels: { buffered },
    by,
  }),
  'solar.readings.quarantined': counter({
    unit: '{message}',
    about: 'Messages that are kept as bytes because they could not become a row',
    labels: { reason: quarantinedReason, buffered },
    by,
  }),
  'solar.readings.unaccounted': gauge({
    unit: '{message}',
    about:
      'received − stored − duplicate − quarantined − waiting; anything but 0 is a loss or a double count',
    by,
  }),
  'solar.spool.messages': gauge({ unit: '{message}', about: 'Messages that wait in the spool', by }),
  'solar.spool.size': gauge({ unit: 'By', about: 'Size of what waits in the spool', by }),
  'solar.spool.limit': gauge({ unit: 'By', about: 'Size at which new data is not acked any more', by }),
  'solar.spool.oldest_age': gauge({ unit: 's', about: 'Age of the oldest message in the spool', by }),
  'solar.spool.commit.duration': histogram({
    unit: 's',
    about: 'From the start of a group commit until it is on disk',
    labels: { outcome: oneOf(['durable', 'disk_error']) },
    buckets: COMMIT_BUCKETS_S,
    by,
  }),
  'solar.spool.commit.size': histogram({
    unit: '{message}',
    about: 'Messages and events that shared one commit',
    buckets: BATCH_BUCKETS,
    by,
  }),
  'solar.storage.write.duration': histogram({
    unit: 's',
    about:
      'From the receipt of a message until the API confirmed its outcome; also of what waited through a restart',
    labels: { outcome: oneOf(['stored', 'duplicate', 'quarantined', 'rejected']) },
    buckets: WRITE_BUCKETS_S,
    by,
  }),
  'solar.storage.post.duration': histogram({
    unit: 's',
    about: 'One POST of a batch to the API',
    labels: { outcome: oneOf(['ok', ...SHIP_ERRORS] as const) },
    buckets: POST_BUCKETS_S,
    by,
  }),
  'solar.storage.batch.size': histogram({
    unit: '{message}',
    about: 'Messages in one POST',
    buckets: BATCH_BUCKETS,
    by,
  }),
  'solar.backend.auth.failures': counter({
    unit: '{failure}',
    about: 'Requests that the API refused with 401 or 403',
    labels: { operation: oneOf(['token', 'measurements', 'loggers']) },
    by,
  }),
  'solar.backend.token.refreshes': counter({
    unit: '{refresh}',
    about: 'Attempts to get a service token',
    labels: { outcome: oneOf(['ok', 'failed']) },
    by,
  }),
  'solar.backend.logger_lookups': counter({
    unit: '{lookup}',
    about: 'Look-ups of the list of registered loggers',
    labels: { outcome: oneOf(['ok', 'unchanged', 'failed']) },
    by,
  }),
} as const
