// The front end has a tsconfig of its own, with the DOM, that no other refers to: its types are checked here.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const run = promisify(execFile)

it('the front end is typed', { timeout: 120_000 }, async () => {
  const faults = await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'apps/lens/web'], {
    cwd: ROOT,
  })
    .then(() => '')
    .catch((error: { stdout?: string }) => error.stdout ?? String(error))
  expect(faults.split('\n').filter(line => line.startsWith('apps/lens/'))).toEqual([])
})
