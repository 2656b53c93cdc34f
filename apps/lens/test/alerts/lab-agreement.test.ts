// One quarter of an hour of a real SigNoz: the same rules and the same telemetry give the same mails at the same time.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { evaluate, flush, newAlertsState } from '../../src/alerts/alert-engine.ts'
import type { Notification } from '../../src/alerts/dispatch-state.ts'
import { evaluationWindow } from '../../src/alerts/evaluate-rule.ts'
import { LAB_RULES, LAB_TIMING, type LabMail, seriesIn } from './lab-rules.ts'

const LENGTH_S = 840
const STEP_MS = 250
/** From the evaluation to the arrival of the mail SigNoz takes some time for itself, most in its first seconds. */
const LATENESS_S = 5
/** A whole minute. */
const ZERO_MS = Date.UTC(2026, 10, 25, 16, 39)
const { mails } = JSON.parse(readFileSync(new URL('lab/mails.json', import.meta.url), 'utf8')) as {
  mails: LabMail[]
}

test.each(LAB_RULES.map(([rule]) => rule.id))('%s mails as in SigNoz', id => {
  const expected = ordered(mails.filter(mail => mail.rule === id && mail.atS < LENGTH_S))
  const actual = ordered(liveThrough(id, expected[0]!))
  expect(actual.map(withoutTime)).toEqual(expected.map(withoutTime))
  for (const [index, { atS }] of expected.entries()) {
    expect(atS - actual[index]!.atS).toBeGreaterThanOrEqual(0)
    expect(atS - actual[index]!.atS).toBeLessThan(LATENESS_S)
  }
})

/** The moments of evaluation are those of the first mail: SigNoz takes them from a hash. */
function liveThrough(id: string, first: LabMail): LabMail[] {
  const [rule, series] = LAB_RULES.find(([one]) => one.id === id)!
  const shiftMs = Math.round(first.alerts[0]!.startS * 1_000) % rule.frequencyMs
  let state = newAlertsState(ZERO_MS)
  const seen: LabMail[] = []
  for (let ms = ZERO_MS; ms < ZERO_MS + LENGTH_S * 1_000; ms += STEP_MS) {
    const sinceMs = (ms - ZERO_MS - shiftMs) % rule.frequencyMs
    if (ms >= ZERO_MS + shiftMs && sinceMs < STEP_MS) {
      const atMs = ms - sinceMs
      const { startMs, endMs } = evaluationWindow(rule, atMs, 0)
      state = evaluate(state, rule, seriesIn(series, startMs, endMs, ZERO_MS), atMs, LAB_TIMING).state
    }
    const flushed = flush(state, ms, LAB_TIMING)
    state = flushed.state
    seen.push(...flushed.notifications.map(mailOf))
  }
  return seen
}

function mailOf({ atMs, ruleId, alerts }: Notification): LabMail {
  const seconds = (ms: number) => (ms - ZERO_MS) / 1_000
  return {
    atS: seconds(atMs),
    rule: ruleId,
    subject: '',
    alerts: alerts.map(alert => ({
      status: alert.status,
      tier: alert.labels['threshold.name'] ?? null,
      inverter: alert.labels['inverter.id'] ?? null,
      value: alert.annotations['value']!,
      startS: seconds(alert.startsMs),
      endS: alert.endsMs === null ? null : seconds(alert.endsMs),
    })),
  }
}

/** Groups of one evaluation are mailed within milliseconds, in any order. */
function ordered(unordered: readonly LabMail[]): LabMail[] {
  const place = ({ atS, alerts }: LabMail) => Math.round(atS / 5) * 1_000 + Number(alerts[0]!.inverter)
  return [...unordered].sort((a, b) => place(a) - place(b))
}

function withoutTime({ rule, alerts }: LabMail) {
  return { rule, alerts }
}
