// The seed of properties is the environment's where one is given: a failure of CI is seen again by anybody.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'

test('fast-check starts from PROPERTY_SEED and runs PROPERTY_RUNS times', () => {
  const { PROPERTY_SEED: seed, PROPERTY_RUNS: runs } = process.env
  expect(fc.readConfigureGlobal()).toEqual({
    ...(seed && { seed: Number(seed) }),
    ...(runs && { numRuns: Number(runs) }),
  })
})

test('.ci/run gives a seed', () => {
  expect(readFileSync(new URL('../../../.ci/run', import.meta.url), 'utf8')).toMatch(
    /^export PROPERTY_SEED=\d+$/m,
  )
})
