// Shares of a whole.
import { useMemo } from 'preact/hooks'
import { PALETTE } from '../../src/pages/drawing/chart-lines.ts'
import { legendText } from '../../src/pages/drawing/legend-text.ts'
import { formatValue } from '../../src/pages/drawing/unit-format.ts'
import { Chart } from '../charts/chart.tsx'
import type { PanelBodyProps } from './panel-body.tsx'
import { legendsOf, type PanelOf } from './panel-facts.ts'

interface Slice {
  name: string
  value: number
  color: string
}

export function PiePanel({
  panel,
  answer,
  spec,
}: PanelBodyProps & { spec: PanelOf<'signoz/PieChartPanel'> }) {
  const slices = useMemo(() => slicesOf(panel, answer, spec), [panel, answer, spec])
  const text = (value: number) => formatValue(value, spec.formatting?.unit, spec.formatting?.decimalPrecision)
  const option = useMemo(
    () => ({
      animation: false,
      series: [
        {
          type: 'pie',
          radius: ['45%', '80%'],
          label: { show: false },
          data: slices.map(({ name, value, color }) => ({ name, value, itemStyle: { color } })),
        },
      ],
    }),
    [slices],
  )
  const spoken = slices.map(({ name, value }) => `${name} ${text(value)}`).join(', ')
  return (
    <div class="with-legend right">
      <Chart option={option} label={`${panel.spec.display.name}: ${spoken}`} />
      <ul class="legend right">
        {slices.map(({ name, value, color }) => (
          <li key={name}>
            <i style={{ background: color }} />
            <span>{`${name}: ${text(value)}`}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function slicesOf(
  panel: PanelBodyProps['panel'],
  { results }: PanelBodyProps['answer'],
  spec: PanelOf<'signoz/PieChartPanel'>,
): Slice[] {
  const legends = legendsOf(panel)
  const rows = results.flatMap(result =>
    result.kind !== 'scalar'
      ? []
      : result.rows.map(row => ({ query: result.query, columns: result.columns, row })),
  )
  return rows.flatMap(({ query, columns, row }, index) => {
    const labels = Object.fromEntries(
      columns.flatMap(({ name, isGroup }, at) => (isGroup ? [[name, String(row[at])]] : [])),
    )
    const value = row[columns.findIndex(({ isGroup }) => !isGroup)]
    const name = legendText(legends[query], labels, panel.spec.display.name)
    const color = spec.legend?.customColors?.[name] ?? PALETTE[index % PALETTE.length]!
    return typeof value === 'number' ? [{ name, value, color }] : []
  })
}
