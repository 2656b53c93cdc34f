// Metrics of telemetry itself, read from plain counters at each export.
import { type ServiceName, SPANS } from '@deye-hard/telemetry-schema'
import { instruments } from '../instruments.ts'
import { linesSuppressed } from '../log-limit.ts'
import { FAILURE_REASONS } from './grpc-status.ts'
import type { TelemetrySettings } from './settings.ts'
import { DROP_REASONS, SIGNALS } from './signal-account.ts'
import type { WaysOut } from './ways-out.ts'

export interface PipelineFacts {
  service: ServiceName
  ways: WaysOut
  settings: TelemetrySettings
  /** Of a new trace. */
  probability: number
}

/** Returns the function that ends it. */
export function observePipelines({ service, ways, settings, probability }: PipelineFacts): () => void {
  const { accounts } = ways
  const { observe } = instruments
  const ends = [
    observe('solar.telemetry.exported', report => {
      for (const signal of SIGNALS) report(accounts[signal].exported, { signal })
    }),
    observe('solar.telemetry.dropped', report => {
      for (const signal of SIGNALS)
        for (const reason of DROP_REASONS) report(accounts[signal].dropped[reason], { signal, reason })
    }),
    observe('solar.telemetry.export_failures', report => {
      for (const signal of SIGNALS)
        for (const reason of FAILURE_REASONS) report(accounts[signal].failures[reason], { signal, reason })
    }),
    observe('solar.telemetry.queue.size', report => {
      report(ways.spans.queued, { signal: 'spans' })
      report(ways.logs.queued, { signal: 'logs' })
    }),
    observe('solar.telemetry.queue.limit', report => {
      report(settings.spanQueueMax, { signal: 'spans' })
      report(settings.logQueueMax, { signal: 'logs' })
    }),
    observe('solar.telemetry.series_overflowed', report => report(ways.metrics.overflowed)),
    observe('solar.log.lines_suppressed', report => report(linesSuppressed())),
  ]
  // The collector throws a coin of its own and reports that one.
  const tracesRequests = (SPANS.request.by as readonly ServiceName[]).includes(service)
  if (tracesRequests)
    ends.push(observe('solar.telemetry.sampling_probability', report => report(probability)))
  return () => {
    for (const end of ends) end()
  }
}
