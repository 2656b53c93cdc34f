// Which endpoint failed when: one row for each endpoint, darker where more requests failed.
import type { EChartsCoreOption } from 'echarts/core'
import { useMemo } from 'preact/hooks'
import { type Heatmap, heatmapCells } from '../../src/pages/drawing/heatmap-cells.ts'
import { formatNumber } from '../../src/pages/drawing/unit-format.ts'
import { Chart } from '../charts/chart.tsx'
import { type ChartColors, chartColors } from '../charts/colors.ts'
import { NoData } from '../shell/states.tsx'
import { useThemeShown } from '../shell/theme.ts'
import { axisTime, clockTime } from '../shell/words.ts'
import type { InsightProps } from './insights-page.tsx'
import { Answered, type Data, usePanelData } from './panel-data.tsx'

const LABEL_PX = 11

export function ErrorHeatmap({ time }: InsightProps) {
  const { asked } = usePanelData('api', 'errors-by-endpoint', time)
  return <Answered<Data> asked={asked}>{answer => <Drawn answer={answer} />}</Answered>
}

function Drawn({ answer }: { answer: Data }) {
  const theme = useThemeShown()
  const map = useMemo(() => heatmapCells(answer, endpointOf), [answer])
  // The theme is named because the colours are read from the stylesheet.
  const option = useMemo(() => heatmapOption(map, chartColors()), [map, theme])
  if (map.max === 0) return <NoData>No request failed in this time</NoData>
  const worst = map.rows.at(-1) ?? ''
  return (
    <>
      <Chart
        option={option}
        label={`Failed requests of ${map.rows.length} endpoints over time, most of ${worst}`}
      />
      {answer.seriesLeft === 0 ? null : (
        <p class="note">{`${answer.seriesLeft} more series are not in it (LENS_CHART_LINES_MAX)`}</p>
      )}
    </>
  )
}

function endpointOf(labels: Readonly<Record<string, string>>): string {
  return `${labels['http.request.method'] ?? ''} ${labels['http.route'] ?? ''}`.trim()
}

function heatmapOption({ times, rows, cells, max }: Heatmap, colors: ChartColors): EChartsCoreOption {
  const length = (times.at(-1) ?? 0) - (times[0] ?? 0)
  const label = { color: colors.muted, fontSize: LABEL_PX }
  return {
    animation: false,
    grid: {
      left: 8,
      right: 12,
      top: 12,
      bottom: 4,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: {
      type: 'category',
      data: times.map(ms => axisTime(ms, length)),
      axisLabel: { ...label, hideOverlap: true },
    },
    yAxis: { type: 'category', data: rows, axisLabel: label },
    visualMap: {
      show: false,
      min: 0,
      max: Math.max(1, max),
      inRange: { color: [colors.surface, colors.bad] },
    },
    tooltip: {
      trigger: 'item',
      confine: true,
      transitionDuration: 0,
      backgroundColor: colors.surface,
      borderColor: colors.line,
      formatter: ({ value: [column, row, count] }: { value: [number, number, number] }) => {
        const box = document.createElement('div')
        box.className = 'tooltip'
        box.textContent = `${rows[row]}, ${clockTime(times[column] ?? 0)}: ${formatNumber(count)} failed`
        return box
      },
    },
    series: [{ type: 'heatmap', data: cells, itemStyle: { borderColor: colors.surface, borderWidth: 1 } }],
  }
}
