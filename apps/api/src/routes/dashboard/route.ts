// Shows what the caller's plants do now: power with its age, energy today and in all, the state of each inverter.
import type { LoggerState } from '@deye-hard/domain'
import type { Inverter, Viewer } from '@deye-hard/store'
import type { App } from '../../parts.ts'
import { callerOf } from '../../plugins/access.ts'
import { viewerOf } from '../inverters/route.ts'
import { ageInS, isSameDay, statesOf } from './freshness.ts'
import { Dashboard } from './schema.ts'
import { sumUp } from './sums.ts'

export async function dashboardRoutes(app: App): Promise<void> {
  app.get(
    '/api/dashboard',
    {
      config: { access: 'user' },
      schema: {
        summary: 'What the plants of the caller do now',
        tags: ['fleet'],
        response: { 200: Dashboard },
      },
    },
    async request => {
      const { inverters, complete } = await readInverters(app, viewerOf(callerOf(request)))
      const now = app.clock()
      const states = statesOf(inverters, now)
      const shown = inverters.map((inverter, position) => ({
        site: inverter.site,
        shape: inverterNow(inverter, states[position]!, now),
      }))
      const bySite = Map.groupBy(shown, ({ site }) => site.id)
      const sites = [...bySite.values()].map(members => {
        const { id, name, timezone } = members[0]!.site
        const ofSite = members.map(({ shape }) => shape)
        return { id, name, timezone, total: sumUp(ofSite), inverters: ofSite }
      })
      return { at: now.toISOString(), complete, total: sumUp(shown.map(({ shape }) => shape)), sites }
    },
  )
}

async function readInverters(
  app: App,
  viewer: Viewer,
): Promise<{ inverters: Inverter[]; complete: boolean }> {
  const max = app.settings.dashboardInvertersMax
  const found = await app.store.inverters.list(viewer, { limit: max + 1 })
  const complete = found.length <= max
  if (!complete) app.counters.add('limit_hits', 'dashboard_inverters')
  return { inverters: complete ? found : found.slice(0, max), complete }
}

/** A stale power is not "now": it is shown as unknown. */
function inverterNow(inverter: Inverter, freshness: LoggerState, now: Date) {
  const { state } = inverter
  const isToday = state !== null && isSameDay(state.acquiredAt, now, inverter.site.timezone)
  return {
    id: inverter.id,
    name: inverter.name,
    state: freshness,
    age_s: state === null ? null : ageInS(state.acquiredAt, now),
    upload_interval_s: inverter.uploadIntervalS,
    rated_power_w: inverter.ratedPowerW,
    power_w: freshness === 'live' ? (state?.acPowerW ?? null) : null,
    energy_today_kwh: isToday ? state.energyTodayKwh : null,
    energy_total_kwh: state?.energyTotalKwh ?? null,
  }
}
