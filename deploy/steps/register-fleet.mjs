// Profile demo: makes the simulator's fleet known, with demo accounts whose password nobody knows; `ops user` makes one to log in with.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { withStore } from '../../apps/ops/dist/database.js'
import { registerFleet } from '../../apps/ops/dist/local/fleet.js'

const PASSWORD_BYTES = 32

const fleet = JSON.parse(readFileSync(process.argv[2], 'utf8'))
try {
  await withStore(async store => {
    const registered = await registerFleet(store, fleet, randomBytes(PASSWORD_BYTES).toString('base64url'))
    process.stdout.write(`${JSON.stringify({ msg: 'fleet registered', ...registered })}\n`)
  })
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
