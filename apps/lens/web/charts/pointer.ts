// What the pointer means on a chart: a click is a point, a drag is a span of time.
import type { EChartsType } from 'echarts/core'

/** A hand that trembles still clicks. */
const DRAG_MIN_PX = 6
const GRID = { gridIndex: 0 }

export interface PointerHeard {
  onPoint(ms: number, value: number, x: number, y: number): void
  onSpan(startMs: number, endMs: number): void
}

interface ZrEvent {
  offsetX: number
  offsetY: number
  event: MouseEvent
}

/** Gives what ends it. */
export function watchPointer(chart: EChartsType, element: HTMLElement, heard: PointerHeard): () => void {
  const zr = chart.getZr()
  const mark = document.createElement('div')
  mark.className = 'drag'
  mark.hidden = true
  element.append(mark)
  let startX: number | null = null

  const down = ({ offsetX, offsetY }: ZrEvent) => {
    startX = chart.containPixel(GRID, [offsetX, offsetY]) ? offsetX : null
  }
  const move = ({ offsetX }: ZrEvent) => {
    if (startX === null) return
    mark.hidden = Math.abs(offsetX - startX) < DRAG_MIN_PX
    mark.style.left = `${Math.min(startX, offsetX)}px`
    mark.style.width = `${Math.abs(offsetX - startX)}px`
  }
  const up = ({ offsetX, offsetY, event }: ZrEvent) => {
    const from = startX
    startX = null
    mark.hidden = true
    if (from === null) return
    const at = (x: number) => chart.convertFromPixel(GRID, [x, offsetY])
    const [ms, value] = at(offsetX)
    if (Math.abs(offsetX - from) < DRAG_MIN_PX)
      return heard.onPoint(ms!, value!, event.clientX, event.clientY)
    const [startMs, endMs] = [at(from)[0]!, ms!].sort((a, b) => a - b)
    heard.onSpan(Math.round(startMs!), Math.round(endMs!))
  }
  const cancel = () => {
    startX = null
    mark.hidden = true
  }
  zr.on('mousedown', down as never)
  zr.on('mousemove', move as never)
  zr.on('mouseup', up as never)
  zr.on('globalout', cancel)
  return () => mark.remove()
}
