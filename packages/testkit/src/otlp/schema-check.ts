// Holds what a receiver got against the list of packages/telemetry-schema, both ways: nothing undeclared came, everything declared came.
import { SERVICES, type ServiceName } from '@deye-hard/telemetry-schema'
import { DECLARED_TELEMETRY, type TelemetrySchema } from './declared.ts'
import { logFaults } from './log-faults.ts'
import { metricFaults } from './metric-faults.ts'
import type { MetricPoint, Origin, ReceivedLog, ReceivedSpan } from './received.ts'
import { spanFaults } from './span-faults.ts'
import { typeFault } from './value-faults.ts'

export interface ReceivedTelemetry {
  spans: readonly ReceivedSpan[]
  metrics: readonly MetricPoint[]
  logs: readonly ReceivedLog[]
}

/**
 * One sentence for each fault, none twice, sorted. `expectedFrom` names the services that ran: what is declared for one of them must
 * have come from it, unless `notInTour` says why not; with an empty list only what came is checked. A receiver that has forgotten
 * something (`counts`) gives faults that are none.
 */
export function holdAgainstSchema(
  received: ReceivedTelemetry,
  schema: TelemetrySchema = DECLARED_TELEMETRY,
  { expectedFrom = SERVICES }: { expectedFrom?: readonly ServiceName[] } = {},
): string[] {
  const faults = [
    ...resourceFaults([...received.spans, ...received.metrics, ...received.logs], schema),
    ...metricFaults(received.metrics, schema, expectedFrom),
    ...spanFaults(received.spans, schema, expectedFrom),
    ...logFaults(received.logs, schema, expectedFrom),
  ]
  return [...new Set(faults)].sort()
}

function resourceFaults(origins: readonly Origin[], { resourceAttributes }: TelemetrySchema): string[] {
  const resources = new Map(
    origins.map(({ service, resource }) => [JSON.stringify(resource), { service, resource }]),
  )
  return [...resources.values()].flatMap(({ service, resource }) =>
    Object.entries(resource).flatMap(([name, value]) => {
      const declared = resourceAttributes[name]
      const what = `the resource attribute ${name} of ${service || 'a nameless service'}`
      return declared === undefined ? [`${what} is not declared`] : typeFault(what, value, declared.type)
    }),
  )
}
