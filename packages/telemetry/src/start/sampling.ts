// Which traces are sent: the samplers of OTEL_TRACES_SAMPLER; what is not sampled is recorded all the same, so that it can be sent if it fails.
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  createAlwaysRecordSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace'
import type { TelemetrySettings } from './settings.ts'

export interface Sampling {
  sampler: Sampler
  /** Chance of a new trace, from 0 to 1. */
  probability: number
}

const PARENT_BASED = 'parentbased_'

export function samplingOf({ tracesSampler, tracesSamplerRatio = 1 }: TelemetrySettings): Sampling {
  const isParentBased = tracesSampler.startsWith(PARENT_BASED)
  const name = isParentBased ? tracesSampler.slice(PARENT_BASED.length) : tracesSampler
  const probability = name === 'always_on' ? 1 : name === 'always_off' ? 0 : tracesSamplerRatio
  const root = rootSampler(name, tracesSamplerRatio)
  const sampler = isParentBased ? new ParentBasedSampler({ root }) : root
  // Recording costs 0.2 of an uninstrumented request (reference otel-js.md, section 5); who switches traces off does not want to pay it.
  return { sampler: name === 'always_off' ? sampler : createAlwaysRecordSampler(sampler), probability }
}

function rootSampler(name: string, ratio: number): Sampler {
  if (name === 'always_on') return new AlwaysOnSampler()
  return name === 'always_off' ? new AlwaysOffSampler() : new TraceIdRatioBasedSampler(ratio)
}
