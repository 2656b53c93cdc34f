// Lines or bars over time as an option of ECharts: axes, thresholds as lines, the box beside the pointer.
import type { EChartsCoreOption } from 'echarts/core'
import { axisSteps } from '../../src/pages/drawing/axis-steps.ts'
import {
  aligned,
  type DrawnPoint,
  highestOf,
  type Line,
  stepOf,
  withHoles,
} from '../../src/pages/drawing/chart-lines.ts'
import { toneOf } from '../../src/pages/drawing/threshold-match.ts'
import type { TimeRange } from '../../src/pages/drawing/time-range.ts'
import { timeTicks } from '../../src/pages/drawing/time-ticks.ts'
import { convertUnit, formatValue } from '../../src/pages/drawing/unit-format.ts'
import { axisTime } from '../shell/words.ts'
import { type ChartColors, chartColors } from './colors.ts'
import { tooltipElement } from './tooltip.ts'

const FONT = 'system-ui, sans-serif'
const LABEL_PX = 11
const TIME_MARKS = 6
const STEPS = 4
const POINT_PX = 5
/** The label of a threshold stands above its line. */
const THRESHOLD_ROOM = 1.08

export interface ThresholdLine {
  value: number
  unit?: string
  color: string
  label?: string
}

export interface TimeChart {
  kind: 'line' | 'bar'
  lines: readonly Line[]
  range: TimeRange
  unit: string
  decimals?: string | undefined
  isStacked: boolean
  isStepped: boolean
  isFilled: boolean
  isLog: boolean
  softMin?: number | undefined
  softMax?: number | undefined
  thresholds: readonly ThresholdLine[]
  /** Of the axis of values, about. */
  steps?: number
}

export function timeOption(chart: TimeChart): EChartsCoreOption {
  const colors = chartColors()
  const text = (value: number) => formatValue(value, chart.unit, chart.decimals)
  const bars = aligned(chart.lines)
  return {
    animation: false,
    textStyle: { fontFamily: FONT, color: colors.muted },
    grid: {
      left: 8,
      right: 12,
      top: 12,
      bottom: 4,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: timeAxis(chart, colors),
    yAxis: valueAxis(chart, colors),
    tooltip: {
      trigger: 'axis',
      confine: true,
      appendTo: 'body',
      transitionDuration: 0,
      backgroundColor: colors.surface,
      borderColor: colors.line,
      axisPointer: { type: chart.kind === 'bar' ? 'shadow' : 'line', lineStyle: { color: colors.muted } },
      formatter: (points: readonly Point[]) =>
        tooltipElement(Number(points[0]?.value[0] ?? 0), points.flatMap(tooltipLine), text),
    },
    series: [
      ...chart.lines.map((line, index) => seriesOf(chart, line, bars[index]!)),
      thresholdSeries(chart, colors),
    ],
  }
}

function timeAxis({ range: { startMs, endMs } }: TimeChart, colors: ChartColors): object {
  const marks = timeTicks(startMs, endMs, TIME_MARKS, new Date(startMs).getTimezoneOffset())
  return {
    type: 'time',
    min: startMs,
    max: endMs,
    axisLine: { lineStyle: { color: colors.line } },
    axisTick: { customValues: marks },
    axisLabel: {
      color: colors.muted,
      fontSize: LABEL_PX,
      hideOverlap: true,
      customValues: marks,
      formatter: (ms: number) => axisTime(ms, endMs - startMs),
    },
    splitLine: { show: false },
  }
}

interface Point {
  seriesName: string
  color: string
  value: readonly [number, number | null]
}

function tooltipLine({ seriesName, color, value: [, value] }: Point) {
  return value === null ? [] : [{ name: seriesName, color, value }]
}

function valueAxis(chart: TimeChart, colors: ChartColors): object {
  const short = (value: number) =>
    formatValue(value, chart.unit, chart.decimals === '0' ? '1' : chart.decimals)
  return {
    type: chart.isLog ? 'log' : 'value',
    ...scaleOf(chart),
    axisLabel: { color: colors.muted, fontSize: LABEL_PX, formatter: short, hideOverlap: true },
    splitLine: { lineStyle: { color: colors.line } },
  }
}

/** A threshold that is above the lines is what a reader looks for, so that it is inside too. */
function scaleOf(chart: TimeChart): object {
  const { lines, isStacked, isLog, softMin, softMax, unit } = chart
  const lowest = lines
    .flatMap(({ values }) => values)
    .reduce((min, [, value]) => Math.min(min, value), softMin ?? 0)
  if (isLog) return {}
  const drawn = Math.max(highestOf(lines, isStacked), softMax ?? 0)
  const threshold = Math.max(0, ...chart.thresholds.map(one => targetOf(chart, one)))
  const highest = threshold < drawn ? drawn : threshold * THRESHOLD_ROOM
  if (lowest < 0) return { min: null, max: null, splitNumber: STEPS }
  if (lowest > 0) return { min: lowest, max: highest, splitNumber: STEPS }
  // Half a logger is no mark of an axis.
  const least = chart.decimals === '0' && ['', 'short'].includes(unit) ? 1 : 0
  return { min: 0, ...axisSteps(highest, unit, chart.steps ?? STEPS, least) }
}

function seriesOf(chart: TimeChart, line: Line, bars: ReturnType<typeof aligned>[number]): object {
  const isBar = chart.kind === 'bar'
  return {
    type: chart.kind,
    name: line.name,
    data: isBar ? bars : withHoles(line.values, stepOf(chart.lines)).map(lineData),
    itemStyle: { color: line.color },
    ...(isBar
      ? { barMaxWidth: 24, barCategoryGap: '15%' }
      : {
          symbol: 'none',
          symbolSize: POINT_PX,
          connectNulls: false,
          lineStyle: { width: 1.6, color: line.color },
          ...(chart.isStepped ? { step: 'end' } : {}),
          ...(chart.isFilled ? { areaStyle: { opacity: 0.2 } } : {}),
        }),
    ...(chart.isStacked ? { stack: 'all' } : {}),
    emphasis: { disabled: true },
  }
}

/** A point that no line shows is drawn itself. */
function lineData({ ms, value, isAlone }: DrawnPoint) {
  return isAlone ? { value: [ms, value], symbol: 'circle' } : [ms, value]
}

function thresholdSeries(chart: TimeChart, colors: ChartColors): object {
  return {
    type: 'line',
    data: [],
    silent: true,
    markLine: {
      silent: true,
      symbol: 'none',
      animation: false,
      data: chart.thresholds.map(threshold => ({
        yAxis: targetOf(chart, threshold),
        lineStyle: { type: 'dashed', width: 1.2, color: colorOf(threshold.color, colors) },
        label: {
          position: 'insideStartTop',
          color: colorOf(threshold.color, colors),
          fontSize: LABEL_PX,
          formatter: threshold.label ?? formatValue(threshold.value, threshold.unit ?? chart.unit),
        },
      })),
    },
  }
}

function targetOf({ unit }: TimeChart, threshold: ThresholdLine): number {
  return convertUnit(threshold.value, threshold.unit ?? unit, unit)
}

function colorOf(color: string, colors: ChartColors): string {
  const tone = toneOf(color)
  return tone === 'mark' ? color : colors[tone]
}
