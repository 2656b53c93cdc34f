// All alert rules with their state, those that fire first.
import type { AlertSummary, AlertsAnswer, RuleStateShown } from '../../src/pages/alert-shapes.ts'
import { useTitle } from '../shell/app.tsx'
import { ColumnHeads } from '../shell/column-heads.tsx'
import { useEvery } from '../shell/every.ts'
import { Link } from '../shell/place.tsx'
import { getJson, useAsked } from '../shell/server.ts'
import { Failed, Waiting } from '../shell/states.tsx'
import { ago } from '../shell/words.ts'
import { alertLabels, conditionText, RuleState, valueText, worstTier } from './alert-words.tsx'

const ASK_EVERY_MS = 10_000
const TIERS: readonly (string | null)[] = ['critical', 'warning', 'info', null]
const ORDER: readonly RuleStateShown[] = ['firing', 'no data', 'recovering', 'not evaluated', 'inactive']

export function AlertsPage() {
  useTitle('Alerts')
  const tick = useEvery(ASK_EVERY_MS)
  const asked = useAsked<AlertsAnswer>(String(tick), signal => getJson('/api/alerts', signal))
  const { answer } = asked
  if (answer === undefined) return asked.state === 'failed' ? <Failed problem={asked.problem} /> : <Waiting />
  const rules = [...answer.rules].sort((a, b) => rank(a) - rank(b))
  const active = rules.filter(({ state }) => state === 'firing' || state === 'no data').length
  return (
    <>
      <h1>Alerts</h1>
      <p class="note">
        {answer.isEvaluating
          ? `${active} of ${rules.length} rules are firing.`
          : `${rules.length} rules; nothing evaluates them here.`}
      </p>
      <div class="scroll page">
        <table class="rules">
          <ColumnHeads titles={['state', 'rule', 'condition', 'now', 'since', 'looked at']} />
          <tbody>
            {rules.map(rule => (
              <RuleRow key={rule.id} rule={rule} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

function rank(rule: AlertSummary): number {
  return ORDER.indexOf(rule.state) * TIERS.length + TIERS.indexOf(worstTier(rule))
}

function RuleRow({ rule }: { rule: AlertSummary }) {
  const active = rule.alerts.filter(({ state }) => state !== 'inactive')
  const first = active[0]
  const label = first === undefined ? '' : alertLabels(first.labels)
  return (
    <tr data-rule={rule.id}>
      <td>
        <RuleState rule={rule} />
      </td>
      <th scope="row">
        <Link href={`/alerts/${rule.id}`}>{rule.id}</Link>
        <small>{rule.description}</small>
      </th>
      <td>{conditionText(rule)}</td>
      <td>
        {first === undefined ? '' : `${first.tier ?? ''} ${valueText(rule, first.value, first.threshold)}`}
        {label === '' ? null : (
          <small>{`${label}${active.length > 1 ? ` and ${active.length - 1} more` : ''}`}</small>
        )}
      </td>
      <td>{first === undefined ? '' : ago(first.firedAtMs)}</td>
      <td class={rule.problem === null ? '' : 'text bad'}>
        {rule.problem ?? (rule.lastEvaluatedMs === null ? '' : ago(rule.lastEvaluatedMs))}
      </td>
    </tr>
  )
}
