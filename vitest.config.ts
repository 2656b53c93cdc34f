// Test projects: `unit` runs beside itself in parallel, `stack` starts whole systems and runs one file at a time.
import { defineConfig } from 'vitest/config'

const resolve = { conditions: ['source'] }
const ssr = { resolve: { conditions: ['source'], externalConditions: ['source'] } }
const execArgv = ['--conditions=source']

export default defineConfig({
  resolve,
  ssr,
  test: {
    reporters: ['default', './packages/testkit/src/closing-line-reporter.ts'],
    globalSetup: ['./packages/testkit/src/global-setup.ts'],
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          include: ['{apps,packages}/*/{src,test}/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'apps/ops/test/stack/**'],
          pool: 'forks',
          execArgv,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve,
        ssr,
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
    ],
  },
})
