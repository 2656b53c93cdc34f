// What the telemetry of now shows: panels that have data, the ledger of readings, metrics that arrived.
import type { MetricProof, ProofAnswer } from '../../src/pages/proof-shapes.ts'
import { keepingTime, Link } from '../shell/place.tsx'

type Panel = ProofAnswer['panels'][number]
const STATES: Readonly<Record<Panel['state'], { tone: string; word: string }>> = {
  data: { tone: 'good', word: 'data' },
  empty: { tone: 'idle', word: 'no data' },
  refused: { tone: 'bad', word: 'refused' },
}

export function Panels({ panels }: { panels: readonly Panel[] }) {
  const dashboards = [...new Set(panels.map(({ dashboard }) => dashboard))]
  const count = (state: string) => panels.filter(one => one.state === state).length
  return (
    <section>
      <h2>Panels</h2>
      <p>{`${count('data')} of ${panels.length} have data, ${count('empty')} have none, ${count('refused')} are refused.`}</p>
      {dashboards.map(dashboard => (
        <DashboardPanels
          key={dashboard}
          dashboard={dashboard}
          panels={panels.filter(one => one.dashboard === dashboard)}
        />
      ))}
    </section>
  )
}

function DashboardPanels({ dashboard, panels }: { dashboard: string; panels: readonly Panel[] }) {
  return (
    <details class="file">
      <summary>
        {`${dashboard}: ${panels.filter(({ state }) => state === 'data').length} of ${panels.length} have data`}
      </summary>
      <p>
        <Link href={keepingTime(`/dashboards/${dashboard}`)}>{`Dashboard ${dashboard}`}</Link>
      </p>
      <ul class="checks">
        {panels.map(({ panel, title, question, state, reason }) => (
          <li key={panel}>
            <span class={`badge ${STATES[state].tone}`}>{STATES[state].word}</span> {title}
            {reason === '' ? '' : `: ${reason}`}
            <small>{question}</small>
          </li>
        ))}
      </ul>
    </details>
  )
}

export function Ledger({ ledger }: Pick<ProofAnswer, 'ledger'>) {
  return (
    <section>
      <h2>Ledger of readings</h2>
      <p class="note">Since the collector started; received is stored, duplicate, quarantined or waiting.</p>
      <dl class="facts">
        {ledger.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class={name.endsWith('unaccounted') && value !== null && value !== 0 ? 'text bad' : ''}>
              {value ?? 'not seen'}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

export function Metrics({ metrics }: { metrics: readonly MetricProof[] }) {
  return (
    <section>
      <h2>Telemetry contract</h2>
      <p class="note">
        What the services declare, and what of it arrived; counters of faults appear with the first fault.
      </p>
      {(['OTLP', 'scrape'] as const).map(way => (
        <MetricList key={way} way={way} metrics={metrics.filter(one => one.way === way)} />
      ))}
    </section>
  )
}

function MetricList({ way, metrics }: { way: MetricProof['way']; metrics: readonly MetricProof[] }) {
  const seen = metrics.filter(({ isSeen }) => isSeen).length
  return (
    <details class="file">
      <summary>{`by ${way}: ${seen} of ${metrics.length} declared metrics arrived`}</summary>
      <ul class="checks">
        {metrics.map(({ name, by, isSeen, why }) => (
          <li key={name}>
            <span class={`badge ${isSeen ? 'good' : 'idle'}`}>{isSeen ? 'arrived' : 'not yet'}</span> {name}
            <small>{isSeen || why === '' ? by : `${by}; ${why}`}</small>
          </li>
        ))}
      </ul>
    </details>
  )
}
