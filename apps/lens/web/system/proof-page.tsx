// What can be shown to work: rules with scenarios and the last drill, panels with data, the ledger, metrics that arrived.
import type { ProofAnswer } from '../../src/pages/proof-shapes.ts'
import { useTitle } from '../shell/app.tsx'
import { getJson, useAsked } from '../shell/server.ts'
import { Failed, Waiting } from '../shell/states.tsx'
import { clockTime } from '../shell/words.ts'
import { LastDrill } from './proof-drill.tsx'
import { Ledger, Metrics, Panels } from './proof-now.tsx'
import { ProvenRules } from './proof-rules.tsx'

export function ProofPage() {
  useTitle('Proof')
  const asked = useAsked<ProofAnswer>('once', signal => getJson('/api/proof', signal))
  const { answer } = asked
  if (answer === undefined)
    return (
      <>
        <h1>Proof</h1>
        {asked.state === 'failed' ? (
          <Failed problem={asked.problem} />
        ) : (
          <Waiting>Asking every panel for its data…</Waiting>
        )}
      </>
    )
  return (
    <>
      <h1>Proof</h1>
      <p class="note">
        {`What is kept of scenarios and drills, and what the telemetry of the last 30 minutes shows, as of ${clockTime(answer.atMs)}.`}
      </p>
      <Summary answer={answer} />
      <ProvenRules rules={answer.rules} />
      <LastDrill drill={answer.drill} />
      <Panels panels={answer.panels} />
      <Ledger ledger={answer.ledger} />
      <Metrics metrics={answer.metrics} />
    </>
  )
}

function Summary({ answer: { rules, panels, metrics, ledger } }: { answer: ProofAnswer }) {
  const scenarios = rules.flatMap(rule => rule.scenarios)
  const unaccounted = ledger.at(-1)?.value ?? null
  return (
    <dl class="facts">
      <Share
        name="Scenarios as they expect"
        part={scenarios.filter(({ wrong }) => wrong.length === 0).length}
        of={scenarios.length}
      />
      <Share
        name="Rules with a runbook"
        part={rules.filter(({ hasRunbook }) => hasRunbook).length}
        of={rules.length}
      />
      <Share
        name="Rules that fired in the last drill"
        part={rules.filter(({ drill }) => drill !== null).length}
        of={rules.length}
      />
      <Share
        name="Panels with data now"
        part={panels.filter(({ state }) => state === 'data').length}
        of={panels.length}
      />
      <Share
        name="Metrics that arrived"
        part={metrics.filter(({ isSeen }) => isSeen).length}
        of={metrics.length}
      />
      <div>
        <dt>Readings unaccounted now</dt>
        <dd class={unaccounted === null || unaccounted === 0 ? '' : 'text bad'}>
          {unaccounted ?? 'not seen'}
        </dd>
      </div>
    </dl>
  )
}

function Share({ name, part, of }: { name: string; part: number; of: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{`${part} of ${of}`}</dd>
    </div>
  )
}
