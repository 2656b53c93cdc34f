// A table of one row for each group; a row leads to what it is about.
import { useMemo, useState } from 'preact/hooks'
import { type DrawnTable, type TableRow, tableRows } from '../../src/pages/drawing/table-rows.ts'
import { toneOf } from '../../src/pages/drawing/threshold-match.ts'
import { openMenu } from '../shell/link-menu.tsx'
import { labelText } from '../shell/words.ts'
import type { PanelBodyProps } from './panel-body.tsx'
import { type PanelOf, queryFacts } from './panel-facts.ts'
import { panelLinks } from './panel-links.ts'

interface Sorting {
  column: number
  isDescending: boolean
}

export function TablePanel({
  panel,
  answer,
  variables,
  spec,
}: PanelBodyProps & { spec: PanelOf<'signoz/TablePanel'> }) {
  const [sorting, setSorting] = useState<Sorting | null>(null)
  const table = useMemo(
    () =>
      tableRows(answer, queryFacts(panel), {
        columnUnits: spec.formatting?.columnUnits ?? {},
        decimals: spec.formatting?.decimalPrecision,
        thresholds: spec.thresholds ?? [],
      }),
    [answer, panel, spec],
  )
  const rows = useMemo(() => sortRows(table, sorting), [table, sorting])
  const range = { startMs: answer.startMs, endMs: answer.endMs }
  const hasLinks = (panel.spec.links ?? []).length > 0
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls has to be reached by the keyboard
    <section class="scroll" tabIndex={0} aria-label={`${panel.spec.display.name}, table`}>
      <table>
        <TableHead table={table} sorting={sorting} hasLinks={hasLinks} onSort={setSorting} />
        <tbody>
          {rows.map(row => (
            <tr key={JSON.stringify(row.labels)}>
              {row.cells.map(({ text, threshold }, index) => (
                <td
                  key={table.columns[index]?.key}
                  class={`${table.columns[index]?.isGroup === false ? 'amount' : ''} ${threshold === undefined ? '' : `${threshold.format} ${toneOf(threshold.color)}`}`}
                >
                  {text}
                </td>
              ))}
              {hasLinks ? (
                <RowLinks row={row} items={panelLinks(panel, { range, labels: row.labels, variables })} />
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

interface HeadProps {
  table: DrawnTable
  sorting: Sorting | null
  hasLinks: boolean
  onSort(sorting: Sorting): void
}

function TableHead({ table, sorting, hasLinks, onSort }: HeadProps) {
  return (
    <thead>
      <tr>
        {table.columns.map(({ key, title, isGroup }, column) => {
          const isSorted = sorting?.column === column
          const order = !isSorted ? 'none' : sorting.isDescending ? 'descending' : 'ascending'
          return (
            <th key={key} scope="col" class={isGroup ? '' : 'amount'} aria-sort={order}>
              <button
                type="button"
                onClick={() => onSort({ column, isDescending: isSorted ? !sorting.isDescending : !isGroup })}
              >
                {title}
                {isSorted ? (sorting.isDescending ? ' ↓' : ' ↑') : ''}
              </button>
            </th>
          )
        })}
        {hasLinks ? (
          <th scope="col">
            <span class="visually-hidden">Places to go</span>
          </th>
        ) : null}
      </tr>
    </thead>
  )
}

function RowLinks({ row, items }: { row: TableRow; items: ReturnType<typeof panelLinks> }) {
  const title = labelText(row.labels)
  return (
    <td class="more-cell">
      <button
        type="button"
        class="more"
        aria-label={`Go from ${title}`}
        onClick={event => {
          const { left, bottom } = event.currentTarget.getBoundingClientRect()
          openMenu(title, items, left, bottom)
        }}
      >
        ⋯
      </button>
    </td>
  )
}

function sortRows({ rows }: DrawnTable, sorting: Sorting | null): readonly TableRow[] {
  if (sorting === null) return rows
  const { column, isDescending } = sorting
  const direction = isDescending ? -1 : 1
  return [...rows].sort((a, b) => direction * compare(a.cells[column]?.value, b.cells[column]?.value))
}

/** Numbers by size, also those that are text; nothing is less than anything. */
function compare(a: string | number | null | undefined, b: string | number | null | undefined): number {
  if (a == null || b == null) return Number(a != null) - Number(b != null)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a).localeCompare(String(b), 'en', { numeric: true })
}
