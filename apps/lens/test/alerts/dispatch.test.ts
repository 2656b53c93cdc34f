// How alerts are packed into mails and when these are sent, as Alertmanager in SigNoz v0.138.0 does; lab/mails.json is its counterpart.
import { describe, expect, test } from 'vitest'
import { evaluate, flush, newAlertsState } from '../../src/alerts/alert-engine.ts'
import type { AlertRule } from '../../src/alerts/alert-rule.ts'
import type { Notification } from '../../src/alerts/dispatch-state.ts'
import { labRule, MINUTE_MS } from './lab-rules.ts'

const START_MS = Date.UTC(2026, 0, 5, 12)
const TIMING = { groupWaitMs: 30_000, groupIntervalMs: 5 * MINUTE_MS }

type Values = Readonly<Record<string, number>>

/** Evaluates once a minute what `at` says, by the id of the inverter, and gives the mails as `minute status: alerts`. */
function mailsOf(rule: AlertRule, minutes: number, at: (minute: number) => Values): string[] {
  let state = newAlertsState(START_MS)
  const mails: string[] = []
  for (let ms = 0; ms < minutes * MINUTE_MS; ms += 10_000) {
    const atMs = START_MS + ms
    if (ms % MINUTE_MS === 0) {
      const found = Object.entries(at(ms / MINUTE_MS)).map(([id, value]) => ({
        labels: { 'inverter.id': id },
        values: [[atMs, value] as const],
      }))
      state = evaluate(state, rule, found, atMs, TIMING).state
    }
    const flushed = flush(state, atMs, TIMING)
    state = flushed.state
    mails.push(...flushed.notifications.map(said))
  }
  return mails
}

function said({ atMs, status, alerts }: Notification): string {
  const parts = alerts.map(
    ({ status, labels }) =>
      `${labels['inverter.id'] ?? 'none'} ${labels['severity'] ?? 'nodata'}${status === 'resolved' ? ' over' : ''}`,
  )
  return `${(atMs - START_MS) / MINUTE_MS} ${status}: ${parts.join(', ')}`
}

const ONE = labRule('Rule', { tiers: { warning: 10 } })
const PER_INVERTER = labRule('Rule', { tiers: { warning: 10 }, groupBy: ['inverter.id'] })
const TIERS = labRule('Rule', { tiers: { critical: 30, warning: 20, info: 10 } })
const between = (minute: number, from: number, to: number) => minute >= from && minute < to

describe('a group', () => {
  test('waits for more alerts before its first mail, then for the interval', () => {
    const mails = mailsOf(ONE, 12, minute => ({ 1: 20, ...(minute >= 1 ? { 2: 20 } : {}) }))
    expect(mails).toEqual(['0.5 firing: 1 warning', '5.5 firing: 1 warning, 2 warning'])
  })

  test('is the whole rule without groupBy, else one for each label', () => {
    const two = () => ({ 1: 20, 2: 20 })
    expect(mailsOf(ONE, 1, two)).toEqual(['0.5 firing: 1 warning, 2 warning'])
    expect(mailsOf(PER_INVERTER, 1, two)).toEqual(['0.5 firing: 1 warning', '0.5 firing: 2 warning'])
    const all = labRule('Rule', { tiers: { warning: 10 }, groupBy: ['__all__'] })
    expect(mailsOf(all, 1, two)).toHaveLength(2)
  })

  test('lists alerts by their labels as texts', () => {
    expect(mailsOf(ONE, 1, () => ({ 9: 20, 103: 20, 21: 20 }))).toEqual([
      '0.5 firing: 103 warning, 21 warning, 9 warning',
    ])
  })

  test('mails the end at the next interval, and waits anew for what comes later', () => {
    const mails = mailsOf(ONE, 22, minute => ({ 1: minute < 2 || minute >= 20 ? 20 : 1 }))
    expect(mails).toEqual(['0.5 firing: 1 warning', '5.5 resolved: 1 warning over', '20.5 firing: 1 warning'])
  })

  test('says nothing of an alert that came and went between two mails', () => {
    const mails = mailsOf(ONE, 8, minute => ({ 1: 20, 2: between(minute, 2, 4) ? 20 : 1 }))
    expect(mails.filter(mail => mail.includes('firing: 2') || mail.includes(', 2 warning,'))).toEqual([])
  })
})

describe('a repetition', () => {
  test('comes at the first interval after its time, not at that very time', () => {
    const rule = labRule('Rule', { tiers: { warning: 10 }, renotify: '30m0s' })
    expect(mailsOf(rule, 75, () => ({ 1: 20 }))).toEqual([
      '0.5 firing: 1 warning',
      '35.5 firing: 1 warning',
      '70.5 firing: 1 warning',
    ])
  })

  test('of an end goes with other mails for 15 minutes, because SigNoz tells an end again and again', () => {
    // 1 ends, later 2: the mail about 2 names 1 once more.
    const mails = mailsOf(ONE, 20, minute => ({ 1: minute < 2 ? 20 : 1, 2: minute < 7 ? 20 : 1, 3: 20 }))
    expect(mails[1]).toBe('5.5 firing: 1 warning over, 2 warning, 3 warning')
    expect(mails[2]).toBe('10.5 firing: 1 warning over, 2 warning over, 3 warning')
  })
})

describe('a tier', () => {
  test('is silent while the next higher one fires', () => {
    expect(mailsOf(TIERS, 4, () => ({ 1: 40 }))).toEqual(['0.5 firing: 1 critical'])
    expect(mailsOf(TIERS, 4, () => ({ 1: 25 }))).toEqual(['0.5 firing: 1 warning'])
  })

  test('speaks when the higher one is over', () => {
    const mails = mailsOf(TIERS, 8, minute => ({ 1: minute < 2 ? 25 : 15 }))
    expect(mails).toEqual(['0.5 firing: 1 warning', '5.5 firing: 1 info, 1 warning over'])
  })

  test('of one series silences the lower ones of all others where there is no groupBy', () => {
    const values = () => ({ 1: 40, 2: 25 })
    expect(mailsOf(TIERS, 1, values)).toEqual(['0.5 firing: 1 critical'])
    expect(mailsOf({ ...TIERS, groupBy: ['inverter.id'] }, 1, values)).toEqual([
      '0.5 firing: 1 critical',
      '0.5 firing: 2 warning',
    ])
  })

  test('is higher by the bare number, also when the unit says otherwise', () => {
    const spoilt = labRule('Rule', { tiers: { critical: 6, warning: 30 } })
    expect(spoilt.tiers.map(({ name }) => name)).toEqual(['warning', 'critical'])
    const below = labRule('Rule', { op: 'below', tiers: { critical: 1, warning: 5 } })
    expect(below.tiers.map(({ name }) => name)).toEqual(['critical', 'warning'])
  })
})

describe('absent data', () => {
  test('is mailed apart from the rest, with its end', () => {
    const rule = labRule('Rule', { tiers: { warning: 10 }, condition: { alertOnAbsent: true, absentFor: 1 } })
    const mails = mailsOf(rule, 12, minute => (between(minute, 1, 5) ? {} : { 1: 20 }))
    expect(mails).toEqual([
      '0.5 firing: 1 warning',
      '1.5 firing: none nodata',
      // That 1 ended with the data and fires again was not told: at the next look it is as it was.
      '6.5 resolved: none nodata over',
    ])
  })
})
