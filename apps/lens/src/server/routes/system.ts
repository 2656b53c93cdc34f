// The fleet, the page of proof, and the health of lens itself.
import type { FastifyInstance } from 'fastify'
import type { Bounds } from '../../pages/bounds.ts'
import { fleet } from '../../pages/fleet.ts'
import { fleetPower } from '../../pages/fleet-power.ts'
import type { HealthAnswer } from '../../pages/page-shapes.ts'
import { proof } from '../../pages/proof.ts'
import type { PageCounters } from '../counters.ts'
import type { LensParts } from '../parts.ts'

/** All panels are asked for it, so that it is not made for every look. */
const PROOF_AGE_MAX_MS = 30_000
/** A curve of quarter hours changes slowly, and the database has other things to do. */
const POWER_AGE_MAX_MS = 15_000

export function systemRoutes(
  app: FastifyInstance,
  parts: LensParts,
  counters: PageCounters,
  bounds: Bounds,
): void {
  const lastProof = remembered(parts.now, PROOF_AGE_MAX_MS, () => proof(parts))
  const lastPower = remembered(parts.now, POWER_AGE_MAX_MS, () => fleetPower(parts.rows, parts.now(), bounds))

  app.get('/api/fleet', async () => fleet(parts.engine, parts.now(), bounds))

  app.get('/api/fleet/power', async () => lastPower())

  app.get('/api/proof', async () => lastProof())

  app.get(
    '/api/health',
    async (): Promise<HealthAnswer> => ({
      parts: { pages: counters, ...parts.health?.() },
    }),
  )
}

function remembered<T>(now: () => number, ageMaxMs: number, make: () => Promise<T>): () => Promise<T> {
  let made: { atMs: number; answer: Promise<T> } | undefined
  return () => {
    const nowMs = now()
    if (made !== undefined && nowMs - made.atMs < ageMaxMs) return made.answer
    const answer = make()
    made = { atMs: nowMs, answer }
    answer.catch(() => {
      made = undefined
    })
    return answer
  }
}
