// The fleet, the page of proof, and the health of lens itself.
import type { FastifyInstance } from 'fastify'
import type { Bounds } from '../../pages/bounds.ts'
import { fleet } from '../../pages/fleet.ts'
import type { HealthAnswer, ProofAnswer } from '../../pages/page-shapes.ts'
import { proof } from '../../pages/proof.ts'
import type { PageCounters } from '../counters.ts'
import type { LensParts } from '../parts.ts'

/** All panels are asked for it, so that it is not made for every look. */
const PROOF_AGE_MAX_MS = 30_000

export function systemRoutes(
  app: FastifyInstance,
  parts: LensParts,
  counters: PageCounters,
  bounds: Bounds,
): void {
  const lastProof = remembered(parts)

  app.get('/api/fleet', async () => fleet(parts.engine, parts.now(), bounds))

  app.get('/api/proof', async () => lastProof())

  app.get(
    '/api/health',
    async (): Promise<HealthAnswer> => ({
      parts: { pages: counters, ...parts.health?.() },
    }),
  )
}

function remembered(parts: LensParts): () => Promise<ProofAnswer> {
  let made: { atMs: number; answer: Promise<ProofAnswer> } | undefined
  return () => {
    const nowMs = parts.now()
    if (made !== undefined && nowMs - made.atMs < PROOF_AGE_MAX_MS) return made.answer
    const answer = proof(parts)
    made = { atMs: nowMs, answer }
    answer.catch(() => {
      made = undefined
    })
    return answer
  }
}
