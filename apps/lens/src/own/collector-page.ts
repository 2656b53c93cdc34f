// What lens does in place of SigNoz's collector, under the names by which panels and rules ask the collector: taken, and given up.
import type { SignalCounts } from '../intake/counts.ts'
import { SIGNALS, type Signal } from '../intake/wire.ts'

/** As service.name of what is scraped. */
export const COLLECTOR_JOB = 'otel-collector'

/** How the collector calls what each signal is counted in. */
const ITEMS: Readonly<Record<Signal, string>> = {
  traces: 'spans',
  metrics: 'metric_points',
  logs: 'log_records',
}

/** In Prometheus' text format. Refused for its own fault (time, name, number) counts as refused, for want of room as given up. */
export function collectorPage(counts: Readonly<Record<Signal, SignalCounts>>): string {
  const lines = SIGNALS.flatMap(signal => {
    const { received, dropped } = counts[signal]
    const { queue_full: full, insert_failed: failed, ...refused } = dropped
    const refusals = Object.values(refused).reduce((sum, count) => sum + count, 0)
    return [
      ...counter(`otelcol_receiver_accepted_${ITEMS[signal]}_total`, RECEIVER, received - refusals),
      ...counter(`otelcol_receiver_refused_${ITEMS[signal]}_total`, RECEIVER, refusals),
      ...counter(`otelcol_exporter_send_failed_${ITEMS[signal]}_total`, EXPORTER, full + failed),
    ]
  })
  return `${lines.join('\n')}\n`
}

const RECEIVER = 'receiver="otlp",transport="any"'
const EXPORTER = 'exporter="lens"'

function counter(name: string, labels: string, value: number): string[] {
  return [`# TYPE ${name} counter`, `${name}{${labels}} ${value}`]
}
