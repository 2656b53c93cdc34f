// Search of spans in the filter grammar of the dashboards.
import { formatValue } from '../../src/pages/drawing/unit-format.ts'
import type { SpanLine, TracesAnswer } from '../../src/pages/page-shapes.ts'
import { FilterBar, Pager } from '../logs/filter-bar.tsx'
import { useTitle } from '../shell/app.tsx'
import { go, Link, usePlace, withQuery } from '../shell/place.tsx'
import { postJson, useAsked } from '../shell/server.ts'
import { Failed, NoData, RefusedNote, Waiting } from '../shell/states.tsx'
import { TimeBar, usePageTime } from '../shell/time.tsx'
import { duration, exactTime } from '../shell/words.ts'

const PAGE_SPANS = 100
const EXAMPLE = "service.name = 'solar-api' AND has_error = true"
/** What says most about a span, in this order. */
const TELLING = [
  'http.route',
  'http.response.status_code',
  'error.type',
  'logger.serial',
  'solarman.control_code',
  'frame.outcome',
  'db.operation.name',
]

export function TracesPage() {
  useTitle('Traces')
  const { query } = usePlace()
  const time = usePageTime()
  const filter = query.get('filter') ?? ''
  const page = Number(query.get('page') ?? 0)
  const rootsOnly = query.get('spans') !== 'all' && filter === '' ? true : query.get('spans') === 'roots'
  const slowestFirst = query.get('order') === 'slowest'
  const asked = useAsked<TracesAnswer>(
    `${time.range.startMs} ${time.range.endMs} ${time.tick}`,
    signal =>
      postJson(
        '/api/traces',
        { ...time.range, filter, rootsOnly, slowestFirst, limit: PAGE_SPANS, offset: page * PAGE_SPANS },
        signal,
      ),
    `${filter} ${page} ${rootsOnly} ${slowestFirst}`,
  )
  return (
    <>
      <div class="page-head">
        <h1>Traces</h1>
        <TimeBar time={time} />
      </div>
      <FilterBar filter={filter} example={EXAMPLE}>
        <label class="check">
          <input
            type="checkbox"
            checked={rootsOnly}
            onChange={event =>
              go(withQuery({ spans: event.currentTarget.checked ? 'roots' : 'all', page: null }))
            }
          />
          First spans only
        </label>
        <label>
          <span class="visually-hidden">Order</span>
          <select
            value={slowestFirst ? 'slowest' : 'newest'}
            onChange={event => go(withQuery({ order: event.currentTarget.value, page: null }))}
          >
            <option value="newest">Newest first</option>
            <option value="slowest">Slowest first</option>
          </select>
        </label>
      </FilterBar>
      <Found asked={asked} page={page} />
    </>
  )
}

function Found({ asked, page }: { asked: ReturnType<typeof useAsked<TracesAnswer>>; page: number }) {
  const { answer } = asked
  if (answer === undefined) return asked.state === 'failed' ? <Failed problem={asked.problem} /> : <Waiting />
  if (answer.kind === 'refused') return <RefusedNote refused={answer} />
  if (answer.spans.length === 0) return <NoData>No spans in this time</NoData>
  const longest = answer.spans.reduce((max, { durationMs }) => Math.max(max, durationMs), 0)
  return (
    <>
      <div class="scroll page">
        <table class="list traces">
          <thead>
            <tr>
              {['time', 'service', 'span', 'duration', 'result', 'what'].map(title => (
                <th key={title} scope="col" class={title === 'duration' ? 'amount' : ''}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {answer.spans.map(span => (
              <SpanRow key={span.spanId} span={span} longest={longest} />
            ))}
          </tbody>
        </table>
      </div>
      <Pager page={page} isMore={answer.isMore} />
    </>
  )
}

function SpanRow({ span, longest }: { span: SpanLine; longest: number }) {
  const share = longest === 0 ? 0 : span.durationMs / longest
  return (
    <tr>
      <td>
        <Link href={`/traces/${span.traceId}?span=${span.spanId}`}>{exactTime(span.ms)}</Link>
      </td>
      <td>{span.service}</td>
      <td>{span.name}</td>
      <td class="amount">
        <span class="share-bar" style={{ '--share': String(share) }} aria-hidden="true" />
        <span>{duration(span.durationMs)}</span>
      </td>
      <td class={span.hasError ? 'text bad' : ''}>{span.hasError ? 'error' : 'ok'}</td>
      <td class="brief">{telling(span)}</td>
    </tr>
  )
}

function telling({ attributes }: SpanLine): string {
  return TELLING.filter(name => attributes[name] !== undefined)
    .map(name => `${name.split('.').slice(-2).join('.')}=${valueText(attributes[name]!)}`)
    .join(' ')
}

function valueText(value: string | number | boolean): string {
  return typeof value === 'number' ? formatValue(value, '', 'full') : String(value)
}
