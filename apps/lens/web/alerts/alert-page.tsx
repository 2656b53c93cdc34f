// One alert rule: what is firing, what happened, what to do, and the files that say so.
import { useEffect, useRef } from 'preact/hooks'
import type { OneAlert } from '../../src/pages/alert-shapes.ts'
import { useTitle } from '../shell/app.tsx'
import { ColumnHeads } from '../shell/column-heads.tsx'
import { useEvery } from '../shell/every.ts'
import { keepingTime, Link } from '../shell/place.tsx'
import { getJson, useAsked } from '../shell/server.ts'
import { Failed, Waiting } from '../shell/states.tsx'
import { ago, clockTime } from '../shell/words.ts'
import { alertLabels, amount, conditionText, RuleState, valueText } from './alert-words.tsx'
import { drillDay, drillTimes, ScenarioTable, windowNote } from './proven.tsx'

const ASK_EVERY_MS = 10_000
const RUNBOOK_ANCHOR = 'runbook'

export function AlertPage({ id }: { id: string }) {
  useTitle(id)
  const tick = useEvery(ASK_EVERY_MS)
  const asked = useAsked<OneAlert>(String(tick), signal =>
    getJson(`/api/alerts/${encodeURIComponent(id)}`, signal),
  )
  const { answer } = asked
  if (answer === undefined) return asked.state === 'failed' ? <Failed problem={asked.problem} /> : <Waiting />
  return (
    <>
      <p class="crumbs">
        <Link href="/alerts">Alerts</Link>
      </p>
      <h1>
        {answer.id} <RuleState rule={answer} />
      </h1>
      <p>{answer.description}</p>
      <dl class="facts">
        <Fact name="Condition">{conditionText(answer)}</Fact>
        <Fact name="Over">{answer.window}</Fact>
        <Fact name="Impact">{answer.annotations['impact'] ?? ''}</Fact>
        <Fact name="First step">{answer.annotations['first_step'] ?? ''}</Fact>
        <Fact name="Last drill">{lastDrill(answer)}</Fact>
      </dl>
      <p>
        <Link href={keepingTime(`/dashboards/${answer.annotations['dashboard']}`)}>Its dashboard</Link>
      </p>
      <Firing rule={answer} />
      <History rule={answer} />
      {answer.mails.length === 0 ? null : <Mails rule={answer} />}
      <Runbook html={answer.runbookHtml} />
      <Scenarios rule={answer} />
      <details class="file">
        <summary>{answer.file.path}</summary>
        <pre>{answer.file.text}</pre>
      </details>
      {answer.numbers === null ? null : (
        <details class="file">
          <summary>alerts/thresholds.json</summary>
          <pre>{answer.numbers}</pre>
        </details>
      )}
    </>
  )
}

function Fact({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Firing({ rule }: { rule: OneAlert }) {
  if (rule.alerts.length === 0) return null
  return (
    <section>
      <h2>Now</h2>
      <ul class="plain">
        {rule.alerts.map(alert => (
          <li key={alertLabels(alert.labels)}>
            <span class={`badge ${alert.state === 'firing' ? 'bad' : 'good'}`}>
              {alert.state === 'inactive' ? 'resolved' : (alert.tier ?? 'no data')}
            </span>{' '}
            {valueText(rule, alert.value, alert.threshold)} {alertLabels(alert.labels)}, since{' '}
            {clockTime(alert.firedAtMs)} ({ago(alert.firedAtMs)})<small>{alert.summary}</small>
          </li>
        ))}
      </ul>
    </section>
  )
}

function History({ rule }: { rule: OneAlert }) {
  return (
    <section>
      <h2>History</h2>
      {rule.history.length === 0 ? (
        <p class="note">No change of state is known.</p>
      ) : (
        <table class="list">
          <caption class="visually-hidden">Changes of state, newest first</caption>
          <ColumnHeads titles={['when', 'state', 'value', 'of']} />
          <tbody>
            {rule.history.map(({ atMs, state, labels, value }) => (
              <tr key={`${atMs} ${alertLabels(labels)} ${state}`}>
                <td>{clockTime(atMs)}</td>
                <td>{state === 'inactive' ? 'resolved' : state}</td>
                <td>{state === 'nodata' ? '' : amount(value, rule.unit)}</td>
                <td>{alertLabels(labels)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function Mails({ rule: { mails } }: { rule: OneAlert }) {
  return (
    <section>
      <h2>Mails</h2>
      <ul class="plain">
        {mails.map(({ id, subject, receivedMs }) => (
          <li key={id}>
            <Link href={`/mails/${encodeURIComponent(id)}`}>{subject}</Link> {ago(receivedMs)}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Markdown that the server rendered; HTML in it came out as text. */
function Runbook({ html }: { html: string | null }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (box.current === null || html === null) return
    box.current.innerHTML = html
    // The browser looked for it before it was there.
    if (location.hash === `#${RUNBOOK_ANCHOR}`) box.current.scrollIntoView()
  }, [html])
  if (html === null) return <p class="note">It has no runbook.</p>
  return <section class="runbook" id={RUNBOOK_ANCHOR} aria-label="Runbook" ref={box} />
}

function Scenarios({ rule: { id, scenarios } }: { rule: OneAlert }) {
  return (
    <section>
      <h2>Scenarios</h2>
      {scenarios.length === 0 ? (
        <p class="note">None is kept.</p>
      ) : (
        <>
          <p class="note">
            Telemetry of some hours on a fast clock, in every npm test: times count from its start.
          </p>
          <ScenarioTable rule={id} scenarios={scenarios} />
        </>
      )}
    </section>
  )
}

function lastDrill({ drill }: OneAlert): string {
  if (drill === null) return 'never'
  const { at, signoz, window } = drill
  return `${drillDay(at)}, SigNoz ${signoz}: ${drillTimes(drill)}. ${windowNote(window)}`
}
