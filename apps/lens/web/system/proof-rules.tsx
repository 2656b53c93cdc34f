// Each rule with what came of its scenarios and of the last drill, and the way to its runbook.
import type { RuleProof } from '../../src/pages/proof-shapes.ts'
import { drillTimes, Outcome } from '../alerts/proven.tsx'
import { ColumnHeads } from '../shell/column-heads.tsx'
import { Link } from '../shell/place.tsx'

const COLUMNS = ['rule', 'now', 'scenarios', 'last drill', 'runbook']

export function ProvenRules({ rules }: { rules: readonly RuleProof[] }) {
  return (
    <section>
      <h2>Rules</h2>
      <div class="scroll page">
        <table>
          <caption class="visually-hidden">Rules with their scenarios, last drill and runbook</caption>
          <ColumnHeads titles={COLUMNS} />
          <tbody>
            {rules.map(rule => (
              <RuleRow key={rule.id} rule={rule} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function RuleRow({ rule }: { rule: RuleProof }) {
  const { id, state, drill, hasRunbook } = rule
  return (
    <tr data-rule={id}>
      <th scope="row">
        <Link href={`/alerts/${id}`}>{id}</Link>
      </th>
      <td>{state ?? 'not evaluated here'}</td>
      <td>
        <Scenarios rule={rule} />
      </td>
      <td>
        {drill === null ? <span class="badge idle">never</span> : drillTimes(drill)}
        {drill === null ? null : <small>{drill.subject}</small>}
      </td>
      <td>
        {hasRunbook ? (
          <Link href={`/alerts/${id}#runbook`}>
            runbook<span class="visually-hidden">{` of ${id}`}</span>
          </Link>
        ) : (
          <span class="text bad">missing</span>
        )}
      </td>
    </tr>
  )
}

function Scenarios({ rule: { id, scenarios } }: { rule: RuleProof }) {
  const wrong = scenarios.filter(one => one.wrong.length > 0).length
  const silent = scenarios.filter(({ isNearMiss }) => isNearMiss).length
  if (scenarios.length === 0) return <span class="text bad">none</span>
  return (
    <details class="outcomes" open={wrong > 0}>
      <summary>
        {wrong > 0 ? <span class="badge bad">{`${wrong} wrong`}</span> : null}
        {`${scenarios.length - silent} with mails, ${silent} silent`}
        <span class="visually-hidden">{`, scenarios of ${id}`}</span>
      </summary>
      <ul>
        {scenarios.map(scenario => (
          <li key={scenario.name} title={scenario.about}>
            {scenario.name} <Outcome scenario={scenario} />
          </li>
        ))}
      </ul>
    </details>
  )
}
