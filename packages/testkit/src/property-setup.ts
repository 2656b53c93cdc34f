// Runs in each test process before its file: how often and from which seed fast-check tries a property that does not say so itself.
import fc from 'fast-check'

/** A landing must not hang on luck: `.ci/run` sets a seed, everybody else searches on with new ones. */
const { PROPERTY_SEED: seed, PROPERTY_RUNS: runs } = process.env

fc.configureGlobal({
  ...(seed ? { seed: Number(seed) } : {}),
  ...(runs ? { numRuns: Number(runs) } : {}),
})
