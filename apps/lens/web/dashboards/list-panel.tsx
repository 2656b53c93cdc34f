// Spans or log lines, the newest first; each leads to its trace or to the lines around it.
import type { RawRow } from '@deye-hard/monitoring'
import { rawField } from '../../src/pages/drawing/raw-field.ts'
import { formatValue } from '../../src/pages/drawing/unit-format.ts'
import { ColumnHeads } from '../shell/column-heads.tsx'
import { Link } from '../shell/place.tsx'
import { exactTime } from '../shell/words.ts'
import type { PanelBodyProps } from './panel-body.tsx'
import { type PanelOf, signalOf } from './panel-facts.ts'

/** Lines from so long before and after are shown around one. */
const AROUND_MS = 60_000

export function ListPanel({ panel, answer, spec }: PanelBodyProps & { spec: PanelOf<'signoz/ListPanel'> }) {
  const signal = signalOf(panel)
  const rows = answer.results.flatMap(result => (result.kind === 'raw' ? result.rows : []))
  const fields = spec.selectFields.map(({ name }) => name).filter(name => name !== 'timestamp')
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls has to be reached by the keyboard
    <section class="scroll" tabIndex={0} aria-label={`${panel.spec.display.name}, list`}>
      <table class="list">
        <ColumnHeads titles={['time', ...fields]} />
        <tbody>
          {rows.map((row, index) => (
            <tr key={`${row.data['span_id'] ?? row.data['id']} ${index}`}>
              <td>
                <Link href={target(signal, row)}>{exactTime(row.ms)}</Link>
              </td>
              {fields.map(name => (
                <td key={name}>{shown(name, rawField(row.data, name))}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function target(signal: string, { ms, data }: RawRow): string {
  if (signal === 'traces') return `/traces/${data['trace_id']}?span=${data['span_id']}`
  const trace = data['trace_id']
  if (typeof trace === 'string' && trace !== '') return `/traces/${trace}?span=${data['span_id'] ?? ''}`
  const query = new URLSearchParams({
    from: String(ms - AROUND_MS),
    to: String(ms + AROUND_MS),
    line: String(data['id']),
  })
  return `/logs?${query}`
}

function shown(name: string, value: unknown): string {
  if (value === null || value === undefined) return ''
  return name === 'duration_nano' ? formatValue(Number(value), 'ns') : String(value)
}
