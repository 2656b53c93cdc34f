// Metrics of telemetry itself, in every service: what was sent, what waits, what was dropped and why.
import { oneOf } from '../domain-of-label.ts'
import { counter, gauge } from '../metric.ts'
import { BOTH as by } from '../services.ts'

const signal = oneOf(['spans', 'logs', 'metrics'])

export const pipelineMetrics = {
  'solar.telemetry.exported': counter({
    unit: '{item}',
    about: 'Spans, log records and metric points that the receiver took',
    labels: { signal },
    by,
  }),
  'solar.telemetry.dropped': counter({
    unit: '{item}',
    about: 'Telemetry that was given up: the queue was full, the receiver refused it, or the process ended',
    labels: { signal, reason: oneOf(['queue_full', 'rejected', 'shutdown', 'export_failed']) },
    by,
  }),
  'solar.telemetry.export_failures': counter({
    unit: '{failure}',
    about: 'Attempts to send that failed; what can be sent again is',
    labels: { signal, reason: oneOf(['unavailable', 'timeout', 'refused', 'other']) },
    by,
  }),
  'solar.telemetry.queue.size': gauge({
    unit: '{item}',
    about: 'Spans and log records that wait to be sent',
    labels: { signal: oneOf(['spans', 'logs']) },
    by,
  }),
  'solar.telemetry.queue.limit': gauge({
    unit: '{item}',
    about: 'Most that may wait; beyond it the oldest is dropped',
    labels: { signal: oneOf(['spans', 'logs']) },
    by,
  }),
  'solar.telemetry.series_overflowed': gauge({
    unit: '{metric}',
    about: 'Metrics that have more series than declared; their surplus is in one series',
    by,
  }),
  'solar.telemetry.sampling_probability': gauge({
    unit: '1',
    about: 'Chance of a frame (collector) or a request (API) to be traced now; errors always are',
    by,
  }),
  'solar.log.lines_suppressed': counter({
    unit: '{line}',
    about: 'Log lines left out because too many of their kind were written in a minute',
    by,
  }),
} as const
