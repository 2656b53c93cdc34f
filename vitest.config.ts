// Test projects: `unit` runs beside itself in parallel, `stack` starts whole systems and runs one file at a time, `signoz` (`npm run
// test:signoz`) sends them to a real SigNoz, `compose` (`npm run test:compose`, by hand) runs the production stack under docker.
import { defineConfig } from 'vitest/config'

const resolve = { conditions: ['source'] }
const ssr = { resolve: { conditions: ['source'], externalConditions: ['source'] } }
// Vitest gives both environments conditions of its own; the first runs the global set-up, which must not want a `dist`.
const environments = { ssr, __vitest__: ssr }
const execArgv = ['--conditions=source']
const setupFiles = ['./packages/testkit/src/property-setup.ts']

export default defineConfig({
  resolve,
  environments,
  test: {
    reporters: ['default', './packages/testkit/src/closing-line-reporter.ts'],
    globalSetup: ['./packages/testkit/src/global-setup.ts'],
    projects: [
      {
        resolve,
        environments,
        test: {
          name: 'unit',
          include: ['{apps,packages}/*/{src,test}/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'apps/ops/test/{stack,signoz,docker}/**'],
          pool: 'forks',
          execArgv,
          setupFiles,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve,
        environments,
        test: {
          name: 'stack',
          include: ['apps/ops/test/stack/**/*.test.ts'],
          pool: 'forks',
          execArgv,
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        resolve,
        environments,
        test: {
          name: 'signoz',
          include: ['apps/ops/test/signoz/**/*.test.ts'],
          pool: 'forks',
          execArgv,
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 240_000,
        },
      },
      {
        resolve,
        environments,
        test: {
          name: 'compose',
          include: ['apps/ops/test/docker/**/*.test.ts'],
          pool: 'forks',
          execArgv,
          fileParallelism: false,
          testTimeout: 240_000,
        },
      },
    ],
  },
})
