// Steps and windows as SigNoz v0.138.0 takes them (pkg/querybuilder/time.go): which step, and which buckets a window holds.
import { stepSeconds } from '../placed-query.ts'
import type { QueryRequest } from './contract.ts'

const POINTS_RECOMMENDED = 300
const EVENT_POINTS_MAX = 1_500
const EVENT_STEP_MIN_SECONDS = 5
const METRIC_STEP_MIN_SECONDS = 60
const DAY_SECONDS = 86_400
const SECOND_MS = 1_000
/** Metrics are shown by whole minutes. */
const END_ALIGNMENT_SECONDS = 60

export interface Window {
  startMs: number
  /** Not part of it. */
  endMs: number
}

type Asked = Pick<QueryRequest, 'startMs' | 'endMs' | 'stepSeconds'>

export function metricStep(own: number | string | undefined, asked: Asked): number {
  const seconds = Math.floor((asked.endMs - asked.startMs) / POINTS_RECOMMENDED / SECOND_MS)
  return chosen(own, asked, metricStepFor(seconds, (asked.endMs - asked.startMs) / SECOND_MS))
}

export function eventStep(own: number | string | undefined, asked: Asked): number {
  const points = (count: number) => {
    const seconds = Math.floor((asked.endMs - asked.startMs) / count / SECOND_MS)
    return Math.max(EVENT_STEP_MIN_SECONDS, seconds - (seconds % EVENT_STEP_MIN_SECONDS))
  }
  return chosen(own, asked, points(POINTS_RECOMMENDED), points(EVENT_POINTS_MAX))
}

/** From the start of the first step to the last whole minute. */
export function metricWindow(asked: Window, step: number): Window {
  const stepMs = step * SECOND_MS
  const endUnitMs = Math.min(step, END_ALIGNMENT_SECONDS) * SECOND_MS
  return {
    startMs: asked.startMs - (asked.startMs % stepMs),
    endMs: asked.endMs - (asked.endMs % endUnitMs),
  }
}

export function shifted(asked: Window, seconds: number): Window {
  const ms = Math.trunc(seconds) * SECOND_MS
  return { startMs: asked.startMs - ms, endMs: asked.endMs - ms }
}

function metricStepFor(seconds: number, rangeSeconds: number): number {
  if (seconds < METRIC_STEP_MIN_SECONDS) return METRIC_STEP_MIN_SECONDS
  const minutes = seconds - (seconds % METRIC_STEP_MIN_SECONDS)
  if (rangeSeconds >= 7 * DAY_SECONDS) return Math.round(minutes / 1_800) * 1_800
  if (rangeSeconds >= DAY_SECONDS) return Math.round(minutes / 300) * 300
  return minutes
}

function chosen(own: number | string | undefined, asked: Asked, recommended: number, least = recommended) {
  return Math.max(least, stepSeconds(own) ?? asked.stepSeconds ?? recommended)
}
