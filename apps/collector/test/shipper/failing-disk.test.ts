// The disk of the spool fails while batches travel: it costs time, never a frame, and nothing is stored twice.
import { expect, test } from 'vitest'
import { makeSpool } from '../spool/spool-folder.ts'
import { startFakeApi } from './fake-api.ts'
import { advanceUntil, appendFrames, drained, range, startShipping } from './shipping.ts'

test.each([
  ['before the post', 0],
  ['after the answer', 1],
])('a disk that fails %s costs time only', async (_, changesThatSucceed) => {
  const spool = await makeSpool()
  const change = spool.change.bind(spool)
  let changes = 0
  let broken = true
  spool.change = wanted =>
    broken && changes++ >= changesThatSucceed ? Promise.resolve('disk_error') : change(wanted)
  const shipping = await startShipping(await startFakeApi(), { spool })
  const { api, clock, shipper } = shipping
  await appendFrames(spool, clock, range(0, 7))
  await advanceUntil(clock, () => shipper.status().consecutive_failures > 2, 1_000)
  expect(shipper.status().last_error).toBe('spool_disk_error')
  broken = false
  await drained(shipping)
  expect(spool.status().ledger).toMatchObject({ stored: 7, unaccounted: 0 })
  expect(api.ledger.stored).toBe(7)
})
