// One share of a whole as a half circle, with the thresholds of its panel.
import { firstNumber } from '../../src/pages/drawing/first-number.ts'
import { matchThreshold, toneOf } from '../../src/pages/drawing/threshold-match.ts'
import { convertUnit, formatValue } from '../../src/pages/drawing/unit-format.ts'
import { NoData } from '../shell/states.tsx'
import type { InsightProps } from './insights-page.tsx'
import { Answered, type Data, usePanelData } from './panel-data.tsx'

const RADIUS = 80
const ARC = Math.PI * RADIUS
const PATH = `M 20 100 A ${RADIUS} ${RADIUS} 0 0 1 180 100`

interface GaugeProps extends InsightProps {
  dashboard: string
  panel: string
  title: string
}

export function PanelGauge({ dashboard, panel: name, title, time }: GaugeProps) {
  const { panel, asked } = usePanelData(dashboard, name, time)
  const plugin = panel?.spec.plugin
  if (plugin !== undefined && plugin.kind !== 'signoz/NumberPanel') return <NoData>Not a number</NoData>
  return (
    <Answered<Data> asked={asked}>
      {answer => {
        const value = firstNumber(answer)
        if (value === null) return <NoData />
        const unit = plugin?.spec.formatting?.unit ?? ''
        const passed = matchThreshold(value, unit, plugin?.spec.thresholds ?? [])
        return (
          <Gauge
            title={title}
            share={convertUnit(value, unit, 'percentunit')}
            text={formatValue(value, unit, plugin?.spec.formatting?.decimalPrecision)}
            tone={passed === undefined ? 'mark' : toneOf(passed.color)}
          />
        )
      }}
    </Answered>
  )
}

function Gauge({ title, share, text, tone }: { title: string; share: number; text: string; tone: string }) {
  const length = ARC * Math.min(1, Math.max(0, share))
  return (
    <div class={`gauge ${tone}`} role="img" aria-label={`${title}: ${text}`}>
      <svg viewBox="0 0 200 112" aria-hidden="true">
        <path class="gauge-ground" d={PATH} />
        <path class="gauge-value" d={PATH} stroke-dasharray={`${length} ${ARC}`} />
        <text x="100" y="98" text-anchor="middle">
          {text}
        </text>
      </svg>
    </div>
  )
}
