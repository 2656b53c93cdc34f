// Search of log lines: volume by severity, the lines, and the newest as they come.
import { useEffect, useMemo, useState } from 'preact/hooks'
import { chartLines } from '../../src/pages/drawing/chart-lines.ts'
import { formatNumber } from '../../src/pages/drawing/unit-format.ts'
import type { LogsAnswer, LogVolumeAnswer } from '../../src/pages/page-shapes.ts'
import { Chart } from '../charts/chart.tsx'
import { timeOption } from '../charts/time-option.ts'
import { useTitle } from '../shell/app.tsx'
import { go, usePlace, withQuery } from '../shell/place.tsx'
import { postJson, useAsked } from '../shell/server.ts'
import { Failed, NoData, RefusedNote, Waiting } from '../shell/states.tsx'
import { useThemeShown } from '../shell/theme.ts'
import { type PageTime, TimeBar, usePageTime } from '../shell/time.tsx'
import { FilterBar, Pager } from './filter-bar.tsx'
import { LogLines } from './log-lines.tsx'
import { useTail } from './tail.ts'

const PAGE_LINES = 100
const EXAMPLE = "severity_text = 'ERROR' AND service.name = 'solar-api'"
const COLORS = { ERROR: '#e02020', FATAL: '#a01060', WARN: '#ff9f1c', INFO: '#3b7dd8', DEBUG: '#7a8793' }

export function LogsPage() {
  useTitle('Logs')
  const { query } = usePlace()
  const time = usePageTime()
  const filter = query.get('filter') ?? ''
  const page = Number(query.get('page') ?? 0)
  const isTailing = query.get('tail') === '1'
  const subject = `${filter} ${page}`
  const asked = useAsked<LogsAnswer>(
    isTailing ? null : `${time.range.startMs} ${time.range.endMs} ${time.tick}`,
    signal =>
      postJson('/api/logs', { ...time.range, filter, limit: PAGE_LINES, offset: page * PAGE_LINES }, signal),
    subject,
  )
  return (
    <>
      <div class="page-head">
        <h1>Logs</h1>
        {isTailing ? null : <TimeBar time={time} />}
      </div>
      <FilterBar filter={filter} example={EXAMPLE}>
        <button
          type="button"
          aria-pressed={isTailing}
          onClick={() => go(withQuery({ tail: isTailing ? null : '1', page: null }))}
        >
          {isTailing ? 'Stop live tail' : 'Live tail'}
        </button>
      </FilterBar>
      {isTailing ? (
        <Tail key={filter} filter={filter} />
      ) : (
        <>
          <Volume filter={filter} time={time} />
          <Found asked={asked} page={page} marked={query.get('line')} />
        </>
      )}
    </>
  )
}

function Found({
  asked,
  page,
  marked,
}: {
  asked: ReturnType<typeof useAsked<LogsAnswer>>
  page: number
  marked: string | null
}) {
  const { answer } = asked
  if (answer === undefined) return asked.state === 'failed' ? <Failed problem={asked.problem} /> : <Waiting />
  if (answer.kind === 'refused') return <RefusedNote refused={answer} />
  if (answer.lines.length === 0) return <NoData>No lines in this time</NoData>
  return (
    <>
      <LogLines lines={answer.lines} marked={marked} />
      <Pager page={page} isMore={answer.isMore} />
    </>
  )
}

function Tail({ filter }: { filter: string }) {
  const { lines, problem, isBehind } = useTail(filter)
  return (
    <>
      {problem === null ? null : <Failed problem={problem} />}
      <p class="note" role="status">
        {lines.length === 0
          ? 'Waiting for new lines…'
          : isBehind
            ? 'More lines come than are shown here: narrow the filter, or search without the live tail.'
            : 'New lines appear on top.'}
      </p>
      <LogLines lines={lines} />
    </>
  )
}

function Volume({ filter, time: { range, tick } }: { filter: string; time: PageTime }) {
  const theme = useThemeShown()
  const [shown, setShown] = useState<LogVolumeAnswer | null>(null)
  const asked = useAsked<LogVolumeAnswer>(
    `${range.startMs} ${range.endMs} ${tick}`,
    signal => postJson('/api/logs/volume', { ...range, filter, limit: 1, offset: 0 }, signal),
    filter,
  )
  useEffect(() => {
    if (asked.answer !== undefined) setShown(asked.answer)
  }, [asked.answer])
  // The theme is named because the colours are read from the stylesheet.
  const option = useMemo(() => {
    const legends = { A: '{{severity_text}}' }
    const lines = shown?.kind === 'data' ? chartLines(shown, legends, COLORS, 'lines') : []
    return timeOption({
      kind: 'bar',
      lines,
      range,
      unit: '',
      decimals: '0',
      isStacked: true,
      isStepped: false,
      isFilled: false,
      isLog: false,
      softMin: 0,
      thresholds: [],
      steps: 2,
    })
  }, [shown, theme])
  const count = shown?.kind === 'data' ? totalOf(shown) : 0
  return (
    <div class="volume">
      <Chart
        option={option}
        label={`${formatNumber(count)} log lines over time, by severity`}
        onSpan={(startMs, endMs) => go(withQuery({ from: String(startMs), to: String(endMs), page: null }))}
      />
    </div>
  )
}

function totalOf({ results }: Extract<LogVolumeAnswer, { kind: 'data' }>): number {
  const series = results.flatMap(result => (result.kind === 'time_series' ? result.series : []))
  return series.flatMap(({ values }) => values).reduce((sum, [, value]) => sum + value, 0)
}
