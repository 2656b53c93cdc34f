// How many rules fire, for every page: whoever looks at a dashboard at night should not miss that an alarm is on.
import type { AlertsAnswer } from '../../src/pages/alert-shapes.ts'
import { useEvery } from './every.ts'
import { getJson, useAsked } from './server.ts'

const ASK_EVERY_MS = 30_000

/** Without those that only inform. */
export function useFiring(): number {
  const tick = useEvery(ASK_EVERY_MS)
  const { answer } = useAsked<AlertsAnswer>(String(tick), signal => getJson('/api/alerts', signal))
  const rules = answer?.rules ?? []
  return rules.filter(({ alerts }) => alerts.some(({ state, tier }) => state === 'firing' && tier !== 'info'))
    .length
}
