// Lists the inverters that the caller may see, and shows one of them.
import type { Inverter, User, Viewer } from '@deye-hard/store'
import { Refusal } from '../../errors.ts'
import type { App } from '../../parts.ts'
import { callerOf } from '../../plugins/access.ts'
import { aboutInverter } from '../../plugins/request-signals.ts'
import { InverterDetail, InverterPage, InverterParams, InverterQuery } from './schema.ts'

const PAGE_SIZE = 100

export async function inverterRoutes(app: App): Promise<void> {
  app.get(
    '/api/inverters',
    {
      config: { access: 'user' },
      schema: {
        summary: 'The inverters of the caller',
        tags: ['fleet'],
        querystring: InverterQuery,
        response: { 200: InverterPage },
      },
    },
    async request => {
      const { limit = Math.min(PAGE_SIZE, app.settings.pageSizeMax), after_id } = request.query
      refuseLargePage(limit, app.settings.pageSizeMax)
      const page = { limit: limit + 1, ...(after_id === undefined ? {} : { afterId: after_id }) }
      const found = await app.store.inverters.list(viewerOf(callerOf(request)), page)
      const items = found.slice(0, limit)
      return { items: items.map(shape), next_after_id: found.length > limit ? items.at(-1)!.id : null }
    },
  )

  app.get(
    '/api/inverter/:id',
    {
      config: { access: 'user' },
      schema: {
        summary: 'One inverter',
        tags: ['fleet'],
        params: InverterParams,
        response: { 200: InverterDetail },
      },
    },
    async request => {
      const inverter = await app.store.inverters.find(viewerOf(callerOf(request)), request.params.id)
      if (inverter === null) throw new Refusal('not_found')
      aboutInverter(request, inverter.id)
      return { ...shape(inverter), device: inverter.state?.device ?? {} }
    },
  )
}

export function viewerOf(user: User): Viewer {
  return user.role === 'admin' ? { kind: 'all' } : { kind: 'user', userId: user.id }
}

/** `page_too_large` is its own code, so that the limit is counted and a client can tell it from a typo. */
export function refuseLargePage(limit: number, max: number): void {
  if (limit <= max) return
  const errors = [{ field: 'limit', form: 'a larger number', expected: `at most ${max}` }]
  throw new Refusal('page_too_large', { detail: `A page holds at most ${max} items`, errors })
}

function shape(inverter: Inverter) {
  return {
    id: inverter.id,
    name: inverter.name,
    logger_serial: inverter.loggerSerial,
    inverter_serial: inverter.inverterSerial,
    rated_power_w: inverter.ratedPowerW,
    has_battery: inverter.hasBattery,
    upload_interval_s: inverter.uploadIntervalS,
    created_at: inverter.createdAt.toISOString(),
    last_seen_at: inverter.state?.receivedAt.toISOString() ?? null,
    site: inverter.site,
  }
}
