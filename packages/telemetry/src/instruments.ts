// Typed instruments made from the schema: a name or label that is not declared does not compile.

import { type LabelsOf, METRICS, type MetricName, type MetricOf } from '@deye-hard/telemetry-schema'
import {
  type Attributes,
  type Counter,
  diag,
  type Histogram,
  type Meter,
  type Observable,
  type UpDownCounter,
} from '@opentelemetry/api'
import { bound } from './binding.ts'

/** Nothing for a metric without labels; may be left out when every label is optional. */
export type LabelArgument<N extends MetricName> = keyof LabelsOf<N> extends never
  ? []
  : Record<never, never> extends LabelsOf<N>
    ? [labels?: LabelsOf<N>]
    : [labels: LabelsOf<N>]

export interface Adder<N extends MetricName> {
  add(value: number, ...labels: LabelArgument<N>): void
}
export interface Recorder<N extends MetricName> {
  record(value: number, ...labels: LabelArgument<N>): void
}
export type Report<N extends MetricName> = (value: number, ...labels: LabelArgument<N>) => void
export type Read<N extends MetricName> = (report: Report<N>) => void

/** In seconds, bytes and counted things, as the schema says; each does nothing until telemetry runs. */
export const instruments = {
  counter<N extends MetricOf<'counter'>>(name: N): Adder<N> {
    const find = lazily<Counter>(meter => meter.createCounter(name, described(name)))
    return { add: (value, ...labels) => find()?.add(value, labels[0] as Attributes) }
  },

  updown<N extends MetricOf<'updown'>>(name: N): Adder<N> {
    const find = lazily<UpDownCounter>(meter => meter.createUpDownCounter(name, described(name)))
    return { add: (value, ...labels) => find()?.add(value, labels[0] as Attributes) }
  },

  histogram<N extends MetricOf<'histogram'>>(name: N): Recorder<N> {
    const find = lazily<Histogram>(meter => meter.createHistogram(name, described(name)))
    return { record: (value, ...labels) => find()?.record(value, labels[0] as Attributes) }
  },

  /**
   * `read` is called at each export and reports what holds then, as often as there are label sets; what it reports no more is sent no more.
   * The way for hot paths: count in plain numbers, read them here. The returned function ends it.
   */
  observe<N extends MetricOf<'counter' | 'gauge' | 'updown'>>(name: N, read: Read<N>): () => void {
    const reads = readsOf(name)
    reads.add(read as never)
    attach(name)
    return () => void reads.delete(read as never)
  },
}

/** One comparison in the hot path; made anew when telemetry was started or ended in between. */
function lazily<I>(make: (meter: Meter) => I): () => I | null {
  let meter: Meter | null = null
  let instrument: I | null = null
  return () => {
    if (meter !== bound.meter) {
      meter = bound.meter
      instrument = meter === null ? null : make(meter)
    }
    return instrument
  }
}

const observed = new Map<MetricName, Set<Read<MetricName>>>()
const attached = new Map<MetricName, Meter>()

function readsOf(name: MetricName): Set<Read<MetricName>> {
  const present = observed.get(name)
  if (present !== undefined) return present
  const made = new Set<Read<MetricName>>()
  observed.set(name, made)
  return made
}

/** Called by startTelemetry for what was observed before it. */
export function attachObserved(): void {
  for (const name of observed.keys()) attach(name)
}

function attach(name: MetricName): void {
  const { meter } = bound
  if (meter === null || attached.get(name) === meter) return
  attached.set(name, meter)
  createObservable(meter, name).addCallback(result => {
    const report = (value: number, labels?: Attributes) => result.observe(value, labels)
    for (const read of readsOf(name)) tryRead(name, read, report as Report<MetricName>)
  })
}

/** One that throws keeps no other from being read; the SDK would throw away what they all report. */
function tryRead(name: MetricName, read: Read<MetricName>, report: Report<MetricName>): void {
  try {
    read(report)
  } catch (error) {
    diag.error(`${name} cannot be read:`, error)
  }
}

function createObservable(meter: Meter, name: MetricName): Observable {
  const { kind } = METRICS[name]
  if (kind === 'counter') return meter.createObservableCounter(name, described(name))
  if (kind === 'updown') return meter.createObservableUpDownCounter(name, described(name))
  return meter.createObservableGauge(name, described(name))
}

function described(name: MetricName): { unit: string; description: string } {
  const { unit, about } = METRICS[name]
  return { unit, description: about }
}
