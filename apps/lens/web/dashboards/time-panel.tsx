// Lines or bars over time, with legend and thresholds; a click on a point leads to the traces and logs of that moment.
import { useMemo, useState } from 'preact/hooks'
import { chartLines, type Line } from '../../src/pages/drawing/chart-lines.ts'
import { formatValue } from '../../src/pages/drawing/unit-format.ts'
import { Chart } from '../charts/chart.tsx'
import { Legend } from '../charts/legend.tsx'
import { type TimeChart, timeOption } from '../charts/time-option.ts'
import { openMenu } from '../shell/link-menu.tsx'
import { go, Link, withQuery } from '../shell/place.tsx'
import { useThemeShown } from '../shell/theme.ts'
import { clockTime } from '../shell/words.ts'
import type { PanelBodyProps, PanelData } from './panel-body.tsx'
import { legendsOf, type PanelOf } from './panel-facts.ts'
import { panelLinks } from './panel-links.ts'

/** A click means the minute around it at least. */
const MOMENT_MIN_MS = 60_000
const SPOKEN_LINES = 8

type Props = PanelBodyProps &
  (
    | { kind: 'line'; spec: PanelOf<'signoz/TimeSeriesPanel'> }
    | { kind: 'bar'; spec: PanelOf<'signoz/BarChartPanel'> }
  )

export function TimePanel(props: Props) {
  const { panel, answer, variables, spec } = props
  const theme = useThemeShown()
  const [alone, setAlone] = useState<string | null>(null)
  const { name } = panel.spec.display
  const lines = useMemo(
    () => chartLines(answer, legendsOf(panel), spec.legend?.customColors ?? {}, name),
    [answer, panel, spec, name],
  )
  const known = lines.some(line => line.name === alone) ? alone : null
  // The theme is named because the colours are read from the stylesheet.
  const option = useMemo(
    () =>
      timeOption(
        chartOf(
          props,
          lines.filter(line => known === null || line.name === known),
        ),
      ),
    [lines, known, answer, theme],
  )
  const text = (value: number) => formatValue(value, spec.formatting?.unit, spec.formatting?.decimalPrecision)
  const point = (ms: number, value: number, x: number, y: number) => {
    const line = nearest(known === null ? lines : lines.filter(one => one.name === known), ms, value)
    if (line === undefined) return
    const range = momentOf(line, ms)
    const items = panelLinks(panel, { range, labels: line.labels, variables })
    if (items.length > 0) openMenu(`${line.name}, ${clockTime(range.startMs)}`, items, x, y)
  }
  return (
    <div class={`with-legend ${spec.legend?.position ?? 'bottom'}`}>
      <Chart
        option={option}
        label={spoken(name, lines, text)}
        onPoint={point}
        onSpan={(startMs, endMs) => go(withQuery({ from: String(startMs), to: String(endMs) }))}
      />
      <Legend
        lines={lines}
        alone={known}
        position={spec.legend?.position ?? 'bottom'}
        text={text}
        onChoose={setAlone}
      />
      <LineLinks {...props} line={lines.find(line => line.name === known)} />
      {answer.seriesLeft === 0 ? null : (
        <p class="note">{`${answer.seriesLeft} more lines are not drawn (LENS_CHART_LINES_MAX)`}</p>
      )}
    </div>
  )
}

/** For the line that is shown alone: what a click on it would offer, for those who do not click on pictures. */
function LineLinks({ panel, answer, variables, line }: PanelBodyProps & { line: Line | undefined }) {
  if (line === undefined) return null
  const items = panelLinks(panel, { range: rangeOf(answer), labels: line.labels, variables })
  if (items.length === 0) return null
  return (
    <p class="line-links">
      {items.map(({ text, href }) => (
        <Link key={text} href={href}>
          {text}
        </Link>
      ))}
    </p>
  )
}

function chartOf(props: Props, lines: readonly Line[]): TimeChart {
  const { spec, answer } = props
  const appearance = props.kind === 'line' ? props.spec.chartAppearance : undefined
  return {
    kind: props.kind,
    lines,
    range: rangeOf(answer),
    unit: spec.formatting?.unit ?? '',
    decimals: spec.formatting?.decimalPrecision,
    isStacked: props.kind === 'bar' && props.spec.visualization?.stackedBarChart === true,
    isStepped: appearance?.lineInterpolation?.startsWith('step') === true,
    isFilled: appearance?.fillMode === 'solid' || appearance?.fillMode === 'gradient',
    isLog: spec.axes?.isLogScale === true,
    softMin: spec.axes?.softMin,
    softMax: spec.axes?.softMax,
    thresholds: spec.thresholds ?? [],
  }
}

function rangeOf({ startMs, endMs }: PanelData) {
  return { startMs, endMs }
}

function nearest(lines: readonly Line[], ms: number, value: number): Line | undefined {
  const distance = (line: Line) => Math.abs((pointAt(line, ms)?.[1] ?? Number.POSITIVE_INFINITY) - value)
  return [...lines].sort((a, b) => distance(a) - distance(b))[0]
}

function pointAt({ values }: Line, ms: number): readonly [number, number] | undefined {
  return [...values].sort((a, b) => Math.abs(a[0] - ms) - Math.abs(b[0] - ms))[0]
}

function momentOf(line: Line, ms: number) {
  const at = pointAt(line, ms)?.[0] ?? Math.round(ms)
  const next = line.values.find(([later]) => later > at)?.[0]
  const length = Math.max(MOMENT_MIN_MS, next === undefined ? 0 : next - at)
  return { startMs: at, endMs: at + length }
}

/** What a chart says to those who do not see it. */
function spoken(name: string, lines: readonly Line[], text: (value: number) => string): string {
  const last = lines.slice(0, SPOKEN_LINES).map(line => {
    const value = line.values.at(-1)?.[1]
    return `${line.name} ${value === undefined ? 'without value' : text(value)}`
  })
  const more = lines.length > SPOKEN_LINES ? `, and ${lines.length - SPOKEN_LINES} more` : ''
  return `${name}, last values: ${last.join(', ')}${more}`
}
