// One ECharts canvas in the page: made when it is needed, kept to the size of its box, told about clicks and chosen spans of time.
import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { useEffect, useRef } from 'preact/hooks'
import { watchPointer } from './pointer.ts'

export interface ChartProps {
  option: EChartsCoreOption
  /** What a screen reader says instead of the picture. */
  label: string
  onPoint?: (ms: number, value: number, x: number, y: number) => void
  onSpan?: (startMs: number, endMs: number) => void
}

export function Chart({ option, label, onPoint, onSpan }: ChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)
  const drawn = useRef(option)
  const heard = useRef({ onPoint, onSpan })
  heard.current = { onPoint, onSpan }
  drawn.current = option

  useEffect(() => {
    const element = box.current!
    let isGone = false
    let stopWatching = () => {}
    const sized = new ResizeObserver(() => chart.current?.resize())
    void import('./echarts.ts').then(({ init }) => {
      if (isGone) return
      const made = init(element)
      chart.current = made
      made.setOption(drawn.current)
      stopWatching = watchPointer(made, element, {
        onPoint: (...point) => heard.current.onPoint?.(...point),
        onSpan: (...span) => heard.current.onSpan?.(...span),
      })
      sized.observe(element)
    })
    return () => {
      isGone = true
      sized.disconnect()
      stopWatching()
      chart.current?.dispose()
      chart.current = null
    }
  }, [])
  useEffect(() => {
    chart.current?.setOption(option, { notMerge: true, lazyUpdate: true })
  }, [option])
  return <div class="chart" ref={box} role="img" aria-label={label} />
}
