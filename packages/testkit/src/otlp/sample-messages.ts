// Small OTLP messages for the receiver's own tests, as plain objects in the shape of the protos.
import type { Signal } from './received.ts'

/** Spans of these names. */
export const spans = (...names: string[]) => ({
  resourceSpans: [{ scopeSpans: [{ spans: names.map(name => ({ name })) }] }],
})
/** Records of these texts. */
export const logs = (...texts: string[]) => ({
  resourceLogs: [{ scopeLogs: [{ logRecords: texts.map(stringValue => ({ body: { stringValue } })) }] }],
})
/** One gauge for each name, as a series of this site. */
export const gauges = (values: Record<string, number>, site = '1') => ({
  resourceMetrics: [
    {
      scopeMetrics: [
        {
          metrics: Object.entries(values).map(([name, asDouble]) => ({
            name,
            gauge: {
              dataPoints: [{ asDouble, attributes: [{ key: 'site.id', value: { stringValue: site } }] }],
            },
          })),
        },
      ],
    },
  ],
})
/** Two items of each signal, called one and two. */
export const MESSAGES: Record<Signal, object> = {
  traces: spans('one', 'two'),
  metrics: gauges({ one: 1, two: 2 }),
  logs: logs('one', 'two'),
}
