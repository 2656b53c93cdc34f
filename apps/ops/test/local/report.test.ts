// When a run with --duration has failed: each reason alone is enough.
import { expect, test } from 'vitest'
import { failuresOf, type Judged } from '../../src/local/report.ts'

const GOOD: Judged = {
  ledger: { received: 110, stored: 100, duplicates: 6, quarantined: 4, waiting: 0, unaccounted: 0 },
  receivedBefore: 10,
  acked: 100,
  drained: true,
  simulatorDied: false,
  storedInThisRun: 90,
  storedInAll: 100,
  rowsInDatabase: 100,
}

test('a run that balances passes', () => {
  expect(failuresOf(GOOD)).toEqual([])
})

test.each<[Partial<Judged>, string]>([
  [{ ledger: null }, 'the collector did not answer, so nothing can be held against the database'],
  [{ ledger: { ...GOOD.ledger!, unaccounted: 1 } }, '1 messages are unaccounted for'],
  [{ ledger: { ...GOOD.ledger!, unaccounted: -1 } }, '-1 messages are unaccounted for'],
  [{ drained: false, ledger: { ...GOOD.ledger!, waiting: 3 } }, '3 messages were still waiting'],
  [{ simulatorDied: true }, 'the simulator died before the end'],
  [{ storedInThisRun: 0 }, 'no row was stored in this run'],
  [{ rowsInDatabase: 99 }, 'the database has 99 rows, its ledger says 100'],
  [{ acked: 101 }, 'the simulator saw 101 data frames acked, the collector counts only 100'],
])('%j fails', (change, failure) => {
  expect(failuresOf({ ...GOOD, ...change })).toEqual([failure])
})
