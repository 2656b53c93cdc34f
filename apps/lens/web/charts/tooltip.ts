// The box beside the pointer: the time, and the value of each line there, the largest first.
import { clockTime } from '../shell/words.ts'

const LINES_SHOWN = 12

export interface TooltipLine {
  name: string
  color: string
  value: number
}

/** An element, not HTML: names come from telemetry, and the policy of the page allows no styles in text. */
export function tooltipElement(
  ms: number,
  lines: readonly TooltipLine[],
  text: (value: number) => string,
): HTMLElement {
  const box = document.createElement('div')
  box.className = 'tooltip'
  box.append(element('p', clockTime(ms)))
  const sorted = [...lines].sort((a, b) => b.value - a.value)
  for (const { name, color, value } of sorted.slice(0, LINES_SHOWN)) {
    const row = element('div', '')
    const mark = element('i', '')
    mark.style.background = color
    row.append(mark, element('span', name), element('b', text(value)))
    box.append(row)
  }
  if (sorted.length > LINES_SHOWN) box.append(element('p', `and ${sorted.length - LINES_SHOWN} more`))
  return box
}

function element(name: string, text: string): HTMLElement {
  const made = document.createElement(name)
  made.textContent = text
  return made
}
