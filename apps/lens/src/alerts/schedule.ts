// When which rule is evaluated: at whole multiples of its frequency, shifted by its name so that not all ask at once.
import { createHash } from 'node:crypto'
import type { AlertRule } from './alert-rule.ts'

/** The first time after `afterMs`. */
export function nextEvaluation(rule: AlertRule, afterMs: number): number {
  const shift = createHash('sha256').update(rule.id).digest().readUInt32BE() % rule.frequencyMs
  return (Math.floor((afterMs - shift) / rule.frequencyMs) + 1) * rule.frequencyMs + shift
}
