// One number, coloured by the first threshold that it passed.
import { firstNumber } from '../../src/pages/drawing/first-number.ts'
import { matchThreshold, toneOf } from '../../src/pages/drawing/threshold-match.ts'
import { formatValue } from '../../src/pages/drawing/unit-format.ts'
import { NoData } from '../shell/states.tsx'
import type { PanelBodyProps } from './panel-body.tsx'
import type { PanelOf } from './panel-facts.ts'

export function NumberPanel({ answer, spec }: PanelBodyProps & { spec: PanelOf<'signoz/NumberPanel'> }) {
  const value = firstNumber(answer)
  if (value === null) return <NoData />
  const unit = spec.formatting?.unit ?? ''
  const passed = matchThreshold(value, unit, spec.thresholds ?? [])
  const tone = passed === undefined ? '' : `${passed.format} ${toneOf(passed.color)}`
  return (
    <p class={`number ${tone}`}>
      <span>{formatValue(value, unit, spec.formatting?.decimalPrecision)}</span>
      {passed === undefined ? null : <span class="visually-hidden">{` (${toneWord(passed.color)})`}</span>}
    </p>
  )
}

function toneWord(color: string): string {
  return { good: 'good', warn: 'warning', bad: 'bad', mark: 'marked' }[toneOf(color)]
}
