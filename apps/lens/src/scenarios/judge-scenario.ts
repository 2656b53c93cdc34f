// Holds the mails that came against those that a scenario expects: each difference is a sentence.
import { durationSeconds, type ExpectedMail, type ScenarioFile } from '@deye-hard/monitoring'
import type { PlayedScenario, SentMail } from './play-scenario.ts'

const MINUTE_S = 60
const HOUR_S = 3_600

/** Empty when the scenario tells the truth. */
export function judgeScenario({ document }: ScenarioFile, played: PlayedScenario): string[] {
  const { expect } = document
  const { mails, problem, withData } = played
  const count = Math.max(expect.length, mails.length)
  const differences = Array.from({ length: count }, (_, index) => difference(expect[index], mails[index]))
  return [
    ...(problem === null ? [] : [`an evaluation failed: ${problem}`]),
    ...(withData === 0 ? ['the query of the rule never gave a point'] : []),
    ...differences.filter(one => one !== null),
  ]
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

function difference(expected: ExpectedMail | undefined, mail: SentMail | undefined): string | null {
  if (expected === undefined) return `${textOf(mail!)} was sent and is not expected`
  const [earliest, latest] = expected.between as [string, string]
  const wanted = `${[expected.state, expected.tier ?? []].flat().join(' ')} between ${earliest} and ${latest}`
  if (mail === undefined) return `${wanted} was not sent`
  const isOther = mail.state !== expected.state || mail.tier !== (expected.tier ?? null)
  const isOnTime = mail.atSeconds >= durationSeconds(earliest) && mail.atSeconds <= durationSeconds(latest)
  return isOther || !isOnTime ? `expected ${wanted}, found ${textOf(mail)}` : null
}

function textOf({ state, tier, atSeconds, summary }: SentMail): string {
  return `${[state, tier ?? []].flat().join(' ')} at ${momentText(atSeconds)} (${summary})`
}
