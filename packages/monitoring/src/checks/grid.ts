// The layout of a dashboard: every panel once, nothing over anything, nothing past the edge.
import { at } from '../fault.ts'
import { type Cell, type DashboardDocument, GRID_COLUMNS } from '../shapes/dashboard.ts'
import type { Report } from './query.ts'

export function checkGrid({ spec }: DashboardDocument, report: Report): void {
  const placed = new Map<string, string>()
  spec.layouts.forEach((layout, index) => {
    const path = at('spec.layouts', index, 'spec', 'items')
    const { items } = layout.spec
    items.forEach((cell, position) => {
      const place = at(path, position)
      checkReference(cell, place, spec.panels, placed, report)
      if (cell.x + cell.width > GRID_COLUMNS) {
        report(place, `ends at column ${cell.x + cell.width}; expected at most ${GRID_COLUMNS}`)
      }
      const under = items.slice(0, position).findIndex(other => overlap(cell, other))
      if (under >= 0) report(place, `lies over the panel of item ${under}`)
    })
  })
  for (const key of Object.keys(spec.panels)) {
    if (!placed.has(key)) report(at('spec.panels', key), 'stands in no layout, so nobody sees it')
  }
}

function checkReference(
  cell: Cell,
  place: string,
  panels: DashboardDocument['spec']['panels'],
  placed: Map<string, string>,
  report: Report,
): void {
  const key = panelKey(cell)
  if (!Object.hasOwn(panels, key)) report(at(place, 'content'), `there is no panel ${key}`)
  const before = placed.get(key)
  if (before !== undefined) report(at(place, 'content'), `${key} stands at ${before} already`)
  placed.set(key, place)
}

function panelKey({ content }: Cell): string {
  return content.$ref.replace('#/spec/panels/', '')
}

function overlap(a: Cell, b: Cell): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}
