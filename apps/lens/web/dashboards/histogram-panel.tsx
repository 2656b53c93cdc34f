// How the values of all series of a panel are spread.
import type { EChartsCoreOption } from 'echarts/core'
import { useMemo } from 'preact/hooks'
import { PALETTE } from '../../src/pages/drawing/chart-lines.ts'
import { type Bucket, histogramBuckets } from '../../src/pages/drawing/histogram-buckets.ts'
import { formatNumber } from '../../src/pages/drawing/unit-format.ts'
import { Chart } from '../charts/chart.tsx'
import { type ChartColors, chartColors } from '../charts/colors.ts'
import { useThemeShown } from '../shell/theme.ts'
import type { PanelBodyProps } from './panel-body.tsx'
import type { PanelOf } from './panel-facts.ts'

const LABEL_PX = 11

export function HistogramPanel({
  panel,
  answer,
  spec,
}: PanelBodyProps & { spec: PanelOf<'signoz/HistogramPanel'> }) {
  const theme = useThemeShown()
  const { bucketCount, bucketWidth } = spec.histogramBuckets ?? {}
  const buckets = useMemo(() => {
    const series = answer.results.flatMap(result => (result.kind === 'time_series' ? result.series : []))
    const values = series.flatMap(one => one.values.map(([, value]) => value))
    return histogramBuckets(values, bucketCount, bucketWidth)
  }, [answer, bucketCount, bucketWidth])
  // The theme is named because the colours are read from the stylesheet.
  const option = useMemo(() => histogramOption(buckets, chartColors()), [buckets, theme])
  const most = [...buckets].sort((a, b) => b.count - a.count)[0]
  const label = `${panel.spec.display.name}: ${buckets.length} steps${most === undefined ? '' : `, most values between ${most.from} and ${most.to}`}`
  return <Chart option={option} label={label} />
}

function histogramOption(buckets: readonly Bucket[], colors: ChartColors): EChartsCoreOption {
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
      data: buckets.map(({ from }) => formatNumber(from)),
      axisLine: { lineStyle: { color: colors.line } },
      axisLabel: { color: colors.muted, fontSize: LABEL_PX, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      splitNumber: 4,
      axisLabel: { color: colors.muted, fontSize: LABEL_PX },
      splitLine: { lineStyle: { color: colors.line } },
    },
    tooltip: {
      trigger: 'item',
      confine: true,
      backgroundColor: colors.surface,
      borderColor: colors.line,
      formatter: tooltip(buckets),
      transitionDuration: 0,
    },
    series: [
      {
        type: 'bar',
        barCategoryGap: '4%',
        itemStyle: { color: PALETTE[0] },
        data: buckets.map(({ count }) => count),
      },
    ],
  }
}

function tooltip(buckets: readonly Bucket[]) {
  return ({ dataIndex }: { dataIndex: number }): HTMLElement => {
    const bucket = buckets[dataIndex]
    const box = document.createElement('div')
    box.className = 'tooltip'
    if (bucket !== undefined)
      box.textContent = `${formatNumber(bucket.from)} to ${formatNumber(bucket.to)}: ${bucket.count}`
    return box
  }
}
