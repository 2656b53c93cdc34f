// How scenarios and the last drill of a rule are said, on its own page and on the page of proof.
import type { PlayedMail } from '@deye-hard/monitoring'
import type { RuleDrill, ScenarioShown } from '../../src/pages/proof-shapes.ts'
import { ColumnHeads } from '../shell/column-heads.tsx'

const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short' })
const FIRST_WORDS: Readonly<Record<PlayedMail['state'], string>> = {
  firing: 'fires',
  resolved: 'over',
  nodata: 'no data',
}

export function ScenarioTable({ rule, scenarios }: { rule: string; scenarios: readonly ScenarioShown[] }) {
  return (
    <div class="scroll page">
      <table>
        <caption class="visually-hidden">{`Scenarios of ${rule} and the mails that came`}</caption>
        <ColumnHeads titles={['scenario', 'what happens', 'what came']} />
        <tbody>
          {scenarios.map(scenario => (
            <tr key={scenario.name}>
              <th scope="row" title={scenario.file}>
                {scenario.name}
              </th>
              <td>{scenario.about}</td>
              <td>
                <Outcome scenario={scenario} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The mails in order, and how they are not those that were expected. */
export function Outcome({ scenario: { mails, wrong, isNearMiss } }: { scenario: ScenarioShown }) {
  return (
    <>
      <span class={`badge ${wrong.length === 0 ? 'good' : 'bad'}`}>
        {wrong.length > 0 ? 'wrong' : isNearMiss ? 'silent' : 'mails'}
      </span>{' '}
      {(mails ?? []).map(mailText).join(', ')}
      {wrong.map(sentence => (
        <small key={sentence} class="text bad">
          {sentence}
        </small>
      ))}
      {(mails ?? [])
        .filter(({ state }) => state === 'firing')
        .slice(0, 1)
        .map(({ summary }) => (
          <small key={summary}>{summary}</small>
        ))}
    </>
  )
}

/** `critical at 12m48s` */
export function mailText({ at, state, tier }: PlayedMail): string {
  return `${tier ?? FIRST_WORDS[state]} at ${at}`
}

/** `mail after 75 s, over after 113 s` */
export function drillTimes({ firedAfterS, resolvedAfterS }: RuleDrill): string {
  const over =
    resolvedAfterS === 0 ? 'over before all was mended' : `over ${seconds(resolvedAfterS)} after its end`
  return `mail ${seconds(firedAfterS)} after the cause began, ${over}`
}

export function drillDay(at: string): string {
  return day.format(new Date(at))
}

export function windowNote(window: string | null): string {
  return window === null ? '' : `Its rules had a window of ${window}, so that it takes minutes.`
}

function seconds(amount: number): string {
  return `${Math.round(amount)} s`
}
