// Every logger: its state, why it is in it, the last message and its rate.
import { useMemo, useState } from 'preact/hooks'
import { filterLiteral } from '../../src/pages/drawing/filter-literal.ts'
import { formatValue } from '../../src/pages/drawing/unit-format.ts'
import type { FleetAnswer, FleetLogger, Refused } from '../../src/pages/page-shapes.ts'
import { useTitle } from '../shell/app.tsx'
import { useEvery } from '../shell/every.ts'
import { Link } from '../shell/place.tsx'
import { getJson, useAsked } from '../shell/server.ts'
import { Failed, NoData, RefusedNote, Waiting } from '../shell/states.tsx'
import { ago } from '../shell/words.ts'

const ASK_EVERY_MS = 15_000
const STATES: Readonly<Record<string, { tone: string; text: string; about: string }>> = {
  missing: { tone: 'bad', text: 'missing', about: 'should speak and has been silent too long' },
  late: { tone: 'warn', text: 'late', about: 'should have spoken by now' },
  never_seen: { tone: 'idle', text: 'never seen', about: 'is registered and has not spoken yet' },
  live: { tone: 'good', text: 'live', about: 'spoke within its interval' },
  asleep: { tone: 'idle', text: 'asleep', about: 'has no sun now, its silence is right' },
}
const ORDER = Object.keys(STATES)

export function FleetPage() {
  useTitle('Fleet')
  const tick = useEvery(ASK_EVERY_MS)
  const asked = useAsked<FleetAnswer | Refused>(String(tick), signal => getJson('/api/fleet', signal))
  const { answer } = asked
  if (answer === undefined) return asked.state === 'failed' ? <Failed problem={asked.problem} /> : <Waiting />
  if ('kind' in answer) return <RefusedNote refused={answer} />
  return <Fleet answer={answer} />
}

function Fleet({ answer: { loggers, asOfMs, isCut } }: { answer: FleetAnswer }) {
  const [only, setOnly] = useState<string | null>(null)
  const rows = useMemo(() => {
    const kept = loggers.filter(({ state }) => only === null || state === only)
    return kept.sort(
      (a, b) => rank(a.state) - rank(b.state) || a.serial.localeCompare(b.serial, 'en', { numeric: true }),
    )
  }, [loggers, only])
  return (
    <>
      <h1>Fleet</h1>
      <p class="note">
        {asOfMs === null
          ? 'The collector has not spoken of its loggers lately.'
          : `${loggers.length} loggers${isCut ? ' and more that are not shown (LENS_FLEET_LOGGERS_MAX)' : ''}, as of ${ago(asOfMs)}.`}
      </p>
      <p class="buttons">
        {ORDER.map(state => (
          <button
            key={state}
            type="button"
            aria-pressed={only === state}
            onClick={() => setOnly(only === state ? null : state)}
          >
            <span class={`badge ${STATES[state]!.tone}`}>{STATES[state]!.text}</span>{' '}
            {loggers.filter(one => one.state === state).length}
          </button>
        ))}
      </p>
      {rows.length === 0 ? <NoData>No loggers</NoData> : <FleetTable rows={rows} />}
    </>
  )
}

function FleetTable({ rows }: { rows: readonly FleetLogger[] }) {
  return (
    <div class="scroll page">
      <table class="fleet">
        <thead>
          <tr>
            {['logger', 'inverter', 'site', 'state', 'why', 'last message', 'messages a minute', ''].map(
              title => (
                <th key={title} scope="col" class={title.includes('message') ? 'amount' : ''}>
                  {title}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map(logger => (
            <tr key={logger.serial}>
              <th scope="row">
                <Link href={`/dashboards/fleet?var-logger=${encodeURIComponent(logger.serial)}`}>
                  {logger.serial}
                </Link>
              </th>
              <td>{logger.inverter}</td>
              <td>{logger.site}</td>
              <td>
                <span class={`badge ${STATES[logger.state]?.tone ?? 'idle'}`}>
                  {STATES[logger.state]?.text ?? logger.state}
                </span>
              </td>
              <td>{why(logger)}</td>
              <td class="amount">
                {logger.ageSeconds === null ? 'never' : `${formatValue(logger.ageSeconds, 's', '0')} ago`}
              </td>
              <td class="amount">
                {logger.messagesPerMinute === null ? '—' : formatValue(logger.messagesPerMinute, '', '1')}
              </td>
              <td>
                <Link href={`/logs?filter=${encodeURIComponent(`logger_serial = ${logger.serial}`)}`}>
                  logs
                </Link>{' '}
                <Link
                  href={`/traces?filter=${encodeURIComponent(`logger.serial = ${filterLiteral(logger.serial)}`)}`}
                >
                  traces
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function why({ state, change }: FleetLogger): string {
  const about = STATES[state]?.about ?? ''
  if (change === null) return about
  const before = STATES[change.from]?.text ?? change.from
  return `${about}; ${change.reason === '' ? '' : `${change.reason.replaceAll('_', ' ')}, `}was ${before} until ${ago(change.ms)}`
}

function rank(state: string): number {
  const place = ORDER.indexOf(state)
  return place < 0 ? ORDER.length : place
}
