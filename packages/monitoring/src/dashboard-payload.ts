// The body of POST and PUT /api/v2/dashboards: the file, with the ids that SigNoz gave to our dashboards in place of their names.
import type { DashboardFile } from './monitoring.ts'

/** `/dashboard/$dashboard(fleet)` in a link: ids are made by the server and differ between installations. */
export const DASHBOARD_REFERENCE = /\/\$dashboard\(([a-z0-9-]*)\)/g

/** A dashboard without an id yet becomes a link to the list; PUT again when all have one. */
export function dashboardPayload(dashboard: DashboardFile, ids: ReadonlyMap<string, string>): object {
  const { $schema: _, ...document } = dashboard.document
  return withIds(document, ids) as object
}

function withIds(value: unknown, ids: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map(item => withIds(item, ids))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [
      key,
      key === 'url' && typeof held === 'string' ? linkWithIds(held, ids) : withIds(held, ids),
    ]),
  )
}

function linkWithIds(url: string, ids: ReadonlyMap<string, string>): string {
  return url.replaceAll(DASHBOARD_REFERENCE, (_, name: string) => {
    const id = ids.get(name)
    return id === undefined ? '' : `/${id}`
  })
}
