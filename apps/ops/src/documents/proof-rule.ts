// One rule on the page of proof: what it says and when, the last drill, and the mails of each of its scenarios.
import {
  comparison,
  type LastDrill,
  type PlayedMail,
  type RuleFile,
  type Threshold,
  TIERS,
} from '@deye-hard/monitoring'
import { markdownTable } from './markdown-table.ts'
import type { ProofFacts } from './proof-page.ts'

const UNITS: Readonly<Record<string, string>> = { percent: ' %', m: ' min', '': '' }
const OPERATORS: Readonly<Record<string, string>> = {
  above: 'above',
  below: 'below',
  above_or_equal: 'at least',
  below_or_equal: 'at most',
  equal: 'exactly',
  not_equal: 'other than',
  outside_bounds: 'beyond ±',
}
const MATCHES: Readonly<Record<string, string>> = {
  all_the_times: 'in each minute of',
  at_least_once: 'in any minute of',
  on_average: 'on average of',
  in_total: 'in total of',
  last: 'in the last minute of',
}

export function ruleSection(rule: RuleFile, { monitoring, scenarios, results, drill }: ProofFacts): string {
  const { id, file, document } = rule
  const threshold = monitoring.thresholds[id]
  const runbook = monitoring.runbooks.find(one => one.id === id)
  const links = [
    `[rule](../${file})`,
    runbook === undefined ? '**no runbook**' : `[runbook](../${runbook.file})`,
  ]
  const rows = scenarios
    .filter(one => one.rule === id)
    .map(one => [
      `[${one.name}](../${one.file})`,
      one.document.about,
      cameOf(results[id]?.[one.name], one.document.expect.length === 0),
    ])
  return `### ${id}

${document.description} ${threshold === undefined ? '**It has no numbers.**' : conditionOf(rule, threshold)} ${links.join(', ')}

Last drill: ${drillOf(drill, id)}

${markdownTable(['scenario', 'what happens', 'what came'], rows)}`
}

/** `critical above 10 %, warning above 5 %, in each minute of 5m0s.` */
function conditionOf({ document }: RuleFile, threshold: Threshold): string {
  const { unit, tiers, window, absentForMinutes } = threshold
  const conditions = TIERS.flatMap(tier => {
    const limit = tiers[tier]
    if (limit === undefined) return []
    const { op = '', matchType = '' } = comparison(document, tier)
    return [
      {
        text: `${tier} ${OPERATORS[op] ?? op} ${limit}${UNITS[unit] ?? ` ${unit}`}`,
        match: MATCHES[matchType] ?? matchType,
      },
    ]
  })
  const matches = [...new Set(conditions.map(({ match }) => match))]
  const said =
    matches.length === 1
      ? `${conditions.map(({ text }) => text).join(', ')}, ${matches[0]} ${shortDuration(window)}`
      : conditions.map(({ text, match }) => `${text} ${match} ${shortDuration(window)}`).join(', ')
  const absent = absentForMinutes === undefined ? '' : `; or without data for ${absentForMinutes} min`
  return `**${capital(said)}**${absent}.`
}

/** For the table of all rules. */
export function drillInShort(drill: LastDrill | null, id: string): string {
  const seen = drill?.rules[id]
  return seen === undefined
    ? '**never**'
    : `mail after ${seen.firedAfterS} s, over after ${seen.resolvedAfterS} s`
}

function drillOf(drill: LastDrill | null, id: string): string {
  const seen = drill?.rules[id]
  if (drill === null || seen === undefined) return '**never**.'
  const { subject, firedAfterS, resolvedAfterS } = seen
  const over = resolvedAfterS === 0 ? 'over before all was mended' : `over ${resolvedAfterS} s after its end`
  return `${drill.at.slice(0, 10)}, mail ${firedAfterS} s after the cause began, ${over}. \`${subject}\``
}

function cameOf(mails: readonly PlayedMail[] | undefined, isNearMiss: boolean): string {
  if (mails === undefined) return '**not played**'
  if (mails.length === 0) return isNearMiss ? 'nothing, as it should' : '**nothing**'
  return mails.map(mailText).join('<br>')
}

function mailText({ at, state, tier, summary }: PlayedMail): string {
  const words = { firing: tier ?? 'fires', resolved: 'over', nodata: 'no data' }
  return state === 'firing' ? `${words[state]} at ${at}: ${summary}` : `${words[state]} at ${at}`
}

/** `5m` of `5m0s`, as people write it. */
function shortDuration(duration: string): string {
  return duration.replace(/(?<=[hm])0[ms]/g, '').replace(/(?<=h)0s$/, '')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
