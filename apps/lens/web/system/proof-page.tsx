// What can be shown to work now: panels with data, rules with runbook and scenarios, metrics that arrived, the ledger.
import type { ProofAnswer } from '../../src/pages/page-shapes.ts'
import { useTitle } from '../shell/app.tsx'
import { Link } from '../shell/place.tsx'
import { getJson, useAsked } from '../shell/server.ts'
import { Failed, Waiting } from '../shell/states.tsx'
import { clockTime } from '../shell/words.ts'

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
      <p class="note">{`What the telemetry of the last 30 minutes shows, as of ${clockTime(answer.atMs)}.`}</p>
      <Panels answer={answer} />
      <Rules answer={answer} />
      <Ledger answer={answer} />
      <Metrics answer={answer} />
    </>
  )
}

function Panels({ answer: { panels } }: { answer: ProofAnswer }) {
  const dashboards = [...new Set(panels.map(({ dashboard }) => dashboard))]
  const count = (state: string) => panels.filter(one => one.state === state).length
  return (
    <section>
      <h2>Panels</h2>
      <p>{`${count('data')} of ${panels.length} have data, ${count('empty')} have none, ${count('refused')} are refused.`}</p>
      {dashboards.map(dashboard => (
        <details key={dashboard} class="file">
          <summary>
            {dashboard}: {panels.filter(one => one.dashboard === dashboard && one.state === 'data').length} of{' '}
            {panels.filter(one => one.dashboard === dashboard).length}
          </summary>
          <ul class="checks">
            {panels
              .filter(one => one.dashboard === dashboard)
              .map(({ panel, title, state, reason }) => (
                <Check
                  key={panel}
                  isGood={state === 'data'}
                  isBad={state === 'refused'}
                  text={`${title}${state === 'empty' ? ': no data' : ''}${reason === '' ? '' : `: ${reason}`}`}
                />
              ))}
          </ul>
        </details>
      ))}
    </section>
  )
}

function Rules({ answer: { rules } }: { answer: ProofAnswer }) {
  return (
    <section>
      <h2>Rules</h2>
      <div class="scroll page">
        <table>
          <thead>
            <tr>
              {['rule', 'runbook', 'scenarios that fire', 'that stay silent', 'now'].map(title => (
                <th
                  key={title}
                  scope="col"
                  class={title.includes('fire') || title.includes('silent') ? 'amount' : ''}
                >
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rules.map(({ id, hasRunbook, fires, silent, state }) => (
              <tr key={id}>
                <th scope="row">
                  <Link href={`/alerts/${id}`}>{id}</Link>
                </th>
                <td class={hasRunbook ? '' : 'text bad'}>{hasRunbook ? 'yes' : 'missing'}</td>
                <td class="amount">{fires}</td>
                <td class="amount">{silent}</td>
                <td>{state ?? 'not evaluated here'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Ledger({ answer: { ledger } }: { answer: ProofAnswer }) {
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

function Metrics({ answer: { metrics } }: { answer: ProofAnswer }) {
  const seen = metrics.filter(({ isSeen }) => isSeen).length
  return (
    <section>
      <h2>Telemetry contract</h2>
      <details class="file">
        <summary>{`${seen} of ${metrics.length} declared metrics arrived; counters of faults appear with the first fault`}</summary>
        <ul class="checks">
          {metrics.map(({ name, by, isSeen }) => (
            <Check key={name} isGood={isSeen} isBad={false} text={`${name} (${by})`} />
          ))}
        </ul>
      </details>
    </section>
  )
}

function Check({ isGood, isBad, text }: { isGood: boolean; isBad: boolean; text: string }) {
  const [tone, word] = isGood ? ['good', 'yes'] : isBad ? ['bad', 'refused'] : ['idle', 'no']
  return (
    <li>
      <span class={`badge ${tone}`}>{word}</span> {text}
    </li>
  )
}
