// Every logger: its state, why it is in it, the last message and its rate, its power of the last day.
import { useMemo } from 'preact/hooks'
import { filterLiteral } from '../../src/pages/drawing/filter-literal.ts'
import type { PowerDrawn } from '../../src/pages/drawing/power-path.ts'
import { formatValue } from '../../src/pages/drawing/unit-format.ts'
import type { FleetAnswer, FleetLogger, FleetPowerAnswer, Refused } from '../../src/pages/page-shapes.ts'
import { useTitle } from '../shell/app.tsx'
import { useEvery } from '../shell/every.ts'
import { go, Link, usePlace, withQuery } from '../shell/place.tsx'
import { type Asked, getJson, useAsked } from '../shell/server.ts'
import { Failed, NoData, RefusedNote, Waiting } from '../shell/states.tsx'
import { ago } from '../shell/words.ts'
import { PowerCurve } from './power-curve.tsx'

const ASK_EVERY_MS = 15_000
const ASK_POWER_EVERY_MS = 30_000
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
  const slow = useEvery(ASK_POWER_EVERY_MS)
  const power = useAsked<FleetPowerAnswer>(String(slow), signal => getJson('/api/fleet/power', signal))
  const { answer } = asked
  if (answer === undefined) return asked.state === 'failed' ? <Failed problem={asked.problem} /> : <Waiting />
  if ('kind' in answer) return <RefusedNote refused={answer} />
  return <Fleet answer={answer} power={power} />
}

function Fleet({
  answer: { loggers, asOfMs, isCut },
  power,
}: {
  answer: FleetAnswer
  power: Asked<FleetPowerAnswer>
}) {
  const only = usePlace().query.get('state')
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
          : `${loggers.length} loggers${isCut ? ' and more that are not shown (LENS_FLEET_LOGGERS_MAX)' : ''}, as of ${ago(asOfMs)}. ${powerNote(power)}`}
      </p>
      <fieldset class="buttons">
        <legend class="visually-hidden">Only loggers that are</legend>
        {ORDER.map(state => (
          <button
            key={state}
            type="button"
            aria-pressed={only === state}
            onClick={() => go(withQuery({ state: only === state ? null : state }))}
          >
            <span class={`badge ${STATES[state]!.tone}`}>{STATES[state]!.text}</span>{' '}
            {loggers.filter(one => one.state === state).length}
          </button>
        ))}
      </fieldset>
      {rows.length === 0 ? <NoData>No loggers</NoData> : <FleetTable rows={rows} power={power.answer} />}
    </>
  )
}

function powerNote({ answer, problem }: Asked<FleetPowerAnswer>): string {
  if (answer === undefined) return problem === undefined ? '' : `Power is not drawn: ${problem}.`
  if (answer.kind === 'refused') return `Power is not drawn: ${answer.reason}.`
  const some = answer.isCut ? ' of some loggers (LENS_FLEET_CURVES_MAX)' : ''
  return `Power${some} of the last 24 hours by quarter hours, nights shaded.`
}

function FleetTable({ rows, power }: { rows: readonly FleetLogger[]; power: FleetPowerAnswer | undefined }) {
  const curves = useMemo(
    () =>
      new Map(
        power?.kind === 'data' ? power.curves.map(curve => [curve.serial, { ...power, ...curve }]) : [],
      ),
    [power],
  )
  return (
    <div class="scroll page">
      <table class="fleet">
        <thead>
          <tr>
            <th scope="col">logger</th>
            <th scope="col">state</th>
            <th scope="col">why</th>
            <th scope="col" class="amount">
              last message
            </th>
            <th scope="col" class="amount">
              a minute
            </th>
            <th scope="col">power</th>
            <th scope="col">look at</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(logger => (
            <FleetRow key={logger.serial} logger={logger} curve={curves.get(logger.serial)} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function FleetRow({ logger, curve }: { logger: FleetLogger; curve: PowerDrawn | undefined }) {
  const { serial, inverter, site, state, ageSeconds, messagesPerMinute } = logger
  const place = (page: string, filter: string) => `/${page}?filter=${encodeURIComponent(filter)}`
  return (
    <tr>
      <th scope="row">
        <Link href={`/dashboards/fleet?var-logger=${encodeURIComponent(serial)}`}>{serial}</Link>
        <small>{`inverter ${inverter}, site ${site}`}</small>
      </th>
      <td>
        <span class={`badge ${STATES[state]?.tone ?? 'idle'}`}>{STATES[state]?.text ?? state}</span>
      </td>
      <td class="why">{why(logger)}</td>
      <td class="amount" data-name="last message">
        {ageSeconds === null ? 'never' : `${formatValue(ageSeconds, 's', '0')} ago`}
      </td>
      <td class="amount" data-name="a minute">
        {messagesPerMinute === null ? '—' : formatValue(messagesPerMinute, '', '1')}
      </td>
      <td class="curve">{curve === undefined ? null : <PowerCurve drawn={curve} />}</td>
      <td class="links">
        <Link href={place('logs', `logger_serial = ${serial}`)} label={`Log lines of ${serial}`}>
          logs
        </Link>{' '}
        <Link
          href={place('traces', `logger.serial = ${filterLiteral(serial)}`)}
          label={`Traces of ${serial}`}
        >
          traces
        </Link>
      </td>
    </tr>
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
