// Where one can go from a panel, a point of its chart or a row of its table.
import type { Panel } from '@deye-hard/monitoring'
import { type LinkContext, linkTarget } from '../../src/pages/drawing/panel-link.ts'
import type { MenuItem } from '../shell/link-menu.tsx'
import { keepingTime } from '../shell/place.tsx'

export function panelLinks(panel: Panel, context: LinkContext): MenuItem[] {
  return (panel.spec.links ?? []).flatMap(({ name, url }) => {
    const href = linkTarget(url, context)
    if (href === null) return []
    return [{ text: name, href: href.startsWith('/dashboards/') ? keepingTime(href) : href }]
  })
}
