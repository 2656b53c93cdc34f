// Holds the mails that came against those that a scenario expects: each difference is a sentence.
import { durationSeconds } from '../placed-query.ts'
import type { ExpectedMail } from '../shapes/scenario.ts'
import type { PlayedMail } from '../shapes/scenario-results.ts'

const MINUTE_S = 60
const HOUR_S = 3_600

/** Empty when the mails are those that are expected. */
export function mailDifferences(expected: readonly ExpectedMail[], mails: readonly PlayedMail[]): string[] {
  const count = Math.max(expected.length, mails.length)
  return Array.from({ length: count }, (_, index) => difference(expected[index], mails[index])).filter(
    one => one !== null,
  )
}

/** `1h18m30s`, as scenarios write times. */
export function momentText(seconds: number): string {
  const whole = Math.round(seconds)
  const parts = {
    h: Math.floor(whole / HOUR_S),
    m: Math.floor((whole % HOUR_S) / MINUTE_S),
    s: whole % MINUTE_S,
  }
  const written = Object.entries(parts).filter(([, amount]) => amount > 0)
  return written.map(([unit, amount]) => `${amount}${unit}`).join('') || '0s'
}

function difference(expected: ExpectedMail | undefined, mail: PlayedMail | undefined): string | null {
  if (expected === undefined) return `${textOf(mail!)} was sent and is not expected`
  const [earliest, latest] = expected.between as [string, string]
  const wanted = `${[expected.state, expected.tier ?? []].flat().join(' ')} between ${earliest} and ${latest}`
  if (mail === undefined) return `${wanted} was not sent`
  const isOther = mail.state !== expected.state || mail.tier !== expected.tier
  const atSeconds = durationSeconds(mail.at)
  const isOnTime = atSeconds >= durationSeconds(earliest) && atSeconds <= durationSeconds(latest)
  return isOther || !isOnTime ? `expected ${wanted}, found ${textOf(mail)}` : null
}

function textOf({ state, tier, at, summary }: PlayedMail): string {
  return `${[state, tier ?? []].flat().join(' ')} at ${at} (${summary})`
}
