// Local telemetry backend: OTLP in, ClickHouse engine, dashboards, traces, logs, alert rules, mails.
export {}
