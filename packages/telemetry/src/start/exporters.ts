// The OTLP/gRPC exporters of OpenTelemetry with our settings, one maker for each signal.
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import type { Exporter } from './outlet.ts'
import type { TelemetrySettings } from './settings.ts'

const HEADERS_VARIABLE = 'OTEL_EXPORTER_OTLP_HEADERS'

export interface ExporterMakers {
  spans(connection: number): Exporter<ReadableSpan[]>
  logs(connection: number): Exporter<ReadableLogRecord[]>
  metrics(connection: number): Exporter<ResourceMetrics>
}

export function exporterMakers(
  endpoint: string,
  userAgent: string,
  settings: TelemetrySettings,
): ExporterMakers {
  const { otlpHeaders, otlpTimeoutMs: timeoutMillis } = settings
  const headers = otlpHeaders?.reveal()
  const config = (connection: number) => ({
    url: endpoint,
    timeoutMillis,
    userAgent: connection === 0 ? userAgent : `${userAgent} (connection ${connection + 1})`,
  })
  return {
    spans: connection => withHeaders(headers, () => new OTLPTraceExporter(config(connection))),
    logs: connection => withHeaders(headers, () => new OTLPLogExporter(config(connection))),
    metrics: connection => withHeaders(headers, () => new OTLPMetricExporter(config(connection))),
  }
}

/** As an option they take only an object of grpc-js; the variable they read themselves (0.301), and ours may come from a file. */
function withHeaders<E>(headers: string | undefined, make: () => E): E {
  const before = process.env[HEADERS_VARIABLE]
  setVariable(headers)
  try {
    return make()
  } finally {
    setVariable(before)
  }
}

function setVariable(value: string | undefined): void {
  if (value === undefined) delete process.env[HEADERS_VARIABLE]
  else process.env[HEADERS_VARIABLE] = value
}
