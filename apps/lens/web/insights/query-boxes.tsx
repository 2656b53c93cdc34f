// How the durations of each database operation are spread: boxes from 25 to 75 %, whiskers from 5 to 95 %.
import type { EChartsCoreOption } from 'echarts/core'
import { useMemo } from 'preact/hooks'
import { PALETTE } from '../../src/pages/drawing/chart-lines.ts'
import type { OperationDurations, QueryDurationsAnswer } from '../../src/pages/page-shapes.ts'
import { Chart } from '../charts/chart.tsx'
import { type ChartColors, chartColors } from '../charts/colors.ts'
import { postJson, useAsked } from '../shell/server.ts'
import { NoData } from '../shell/states.tsx'
import { useThemeShown } from '../shell/theme.ts'
import { duration } from '../shell/words.ts'
import type { InsightProps } from './insights-page.tsx'
import { Answered } from './panel-data.tsx'

const LABEL_PX = 11
/** As many boxes as have room. */
const SHOWN = 12

type Data = Extract<QueryDurationsAnswer, { kind: 'data' }>

export function QueryBoxes({ time: { range, tick } }: InsightProps) {
  const asked = useAsked<QueryDurationsAnswer>(`${range.startMs} ${range.endMs} ${tick}`, signal =>
    postJson('/api/query-durations', range, signal),
  )
  return <Answered<Data> asked={asked}>{answer => <Drawn {...answer} />}</Answered>
}

function Drawn({ operations, isCut }: Data) {
  const theme = useThemeShown()
  // The slowest on top; an axis of categories starts below.
  const shown = useMemo(
    () => operations.slice(0, SHOWN).sort((a, b) => (a.durationsMs[2] ?? 0) - (b.durationsMs[2] ?? 0)),
    [operations],
  )
  // The theme is named because the colours are read from the stylesheet.
  const option = useMemo(() => boxOption(shown, chartColors()), [shown, theme])
  if (shown.length === 0) return <NoData />
  const spoken = shown.map(({ name, durationsMs }) => `${name} ${duration(durationsMs[2] ?? 0)}`).reverse()
  return (
    <>
      <Chart option={option} label={`Median duration of operations: ${spoken.join(', ')}`} />
      {shown.length < operations.length || isCut ? (
        <small>{`The ${SHOWN} that are called most; the traces have all`}</small>
      ) : null}
    </>
  )
}

function boxOption(operations: readonly OperationDurations[], colors: ChartColors): EChartsCoreOption {
  const label = { color: colors.muted, fontSize: LABEL_PX }
  return {
    animation: false,
    grid: {
      left: 8,
      right: 16,
      top: 12,
      bottom: 4,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    // Operations differ by a thousand times.
    xAxis: {
      type: 'log',
      axisLabel: { ...label, formatter: (ms: number) => duration(ms), hideOverlap: true },
      splitLine: { lineStyle: { color: colors.line } },
    },
    yAxis: {
      type: 'category',
      data: operations.map(({ name }) => name),
      axisLabel: label,
      axisLine: { lineStyle: { color: colors.line } },
    },
    tooltip: {
      trigger: 'item',
      confine: true,
      transitionDuration: 0,
      backgroundColor: colors.surface,
      borderColor: colors.line,
      formatter: ({ dataIndex }: { dataIndex: number }) => boxText(operations[dataIndex]),
    },
    series: [
      {
        type: 'boxplot',
        data: operations.map(({ durationsMs }) => durationsMs),
        itemStyle: { color: `${PALETTE[0]}40`, borderColor: PALETTE[0] },
      },
    ],
  }
}

function boxText(operation: OperationDurations | undefined): HTMLElement {
  const box = document.createElement('div')
  box.className = 'tooltip'
  if (operation === undefined) return box
  const [low, first, median, third, high] = operation.durationsMs.map(duration)
  box.textContent = `${operation.name}: half between ${first} and ${third}, median ${median}, 90 % between ${low} and ${high}, ${operation.calls} calls`
  return box
}
