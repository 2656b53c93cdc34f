// How full each file system is, as bars.
import { tableRows } from '../../src/pages/drawing/table-rows.ts'
import { toneOf } from '../../src/pages/drawing/threshold-match.ts'
import { queryFacts } from '../dashboards/panel-facts.ts'
import { NoData } from '../shell/states.tsx'
import type { InsightProps } from './insights-page.tsx'
import { Answered, type Data, usePanelData } from './panel-data.tsx'

/** Columns of the panel "Room": free, used, share in use. */
const [FREE, SHARE] = ['A', 'C']

export function DiskBars({ time }: InsightProps) {
  const { panel, asked } = usePanelData('database', 'disk-free', time)
  return (
    <Answered<Data> asked={asked}>
      {answer => {
        if (panel?.spec.plugin.kind !== 'signoz/TablePanel') return <NoData>Not a table</NoData>
        const { formatting, thresholds = [] } = panel.spec.plugin.spec
        const format = {
          columnUnits: formatting?.columnUnits ?? {},
          decimals: formatting?.decimalPrecision,
          thresholds,
        }
        const { columns, rows } = tableRows(answer, queryFacts(panel), format)
        const place = (key: string | undefined) => columns.findIndex(column => column.key === key)
        if (rows.length === 0) return <NoData />
        return (
          <ul class="disks">
            {rows.map(({ labels, cells }) => {
              const share = cells[place(SHARE)]
              const name = Object.values(labels).join(' ')
              const value = typeof share?.value === 'number' ? share.value : 0
              const text = `${share?.text ?? '—'} in use, ${cells[place(FREE)]?.text ?? '—'} free`
              const tone = share?.threshold === undefined ? 'good' : toneOf(share.threshold.color)
              return (
                <li key={name}>
                  <span>{name}</span>
                  <span
                    class={`disk ${tone}`}
                    role="img"
                    aria-label={`${name}: ${text}`}
                    style={{ '--share': String(value) }}
                  />
                  <span>{text}</span>
                </li>
              )
            })}
          </ul>
        )
      }}
    </Answered>
  )
}
