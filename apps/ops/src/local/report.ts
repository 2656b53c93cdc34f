// The outcome of `npm start -- --duration …`: two independent counts and whether they agree.
import { writeFileSync } from 'node:fs'
import type { Ledger } from '@deye-hard/domain'
import type { Store } from '@deye-hard/store'
import { readBalance } from '../balance.ts'
import { OpsError } from '../errors.ts'
import type { SimulatorStats } from './figures.ts'

export interface RunReport {
  passed: boolean
  /** What was wrong; empty when it passed. */
  failures: string[]
  version: string
  node: string
  platform: string
  loggers: number
  speed: number
  seconds_to_ready: number
  duration_s: number
  /** From the end of the simulator until nothing waited any more. */
  drained_after_s: number | null
  frames_sent: number | null
  frames_acked: number | null
  data_frames_sent: number | null
  data_frames_acked: number | null
  ledger: Ledger | null
  /** The ledger counts all runs on this data folder; this counts this one. */
  stored_in_this_run: number | null
  rows_in_database: number | null
  restarts: Record<string, number>
}

export interface ReportParts {
  store: Store
  statusUrl: string
  stats: SimulatorStats | null
  /** Counts of earlier runs on the same folder. */
  before: { stored: number; received: number }
  simulatorDied: boolean
  facts: Pick<
    RunReport,
    'version' | 'loggers' | 'speed' | 'seconds_to_ready' | 'duration_s' | 'drained_after_s' | 'restarts'
  >
}

/** `received` and `waiting` are the collector's count, `stored`, `duplicates`, `quarantined` the database's. */
export async function makeReport(parts: ReportParts): Promise<RunReport> {
  const balance = await readBalance(parts.store, parts.statusUrl)
  const rowsInDatabase = await parts.store.ledger.countMeasurements()
  const storedInAll = balance.rows.reduce((whole, row) => whole + row.stored, 0)
  const ledger = balance.kind === 'balanced_against_collector' ? balance.ledger : null
  const storedInThisRun = storedInAll - parts.before.stored
  const failures = failuresOf({
    ledger,
    receivedBefore: parts.before.received,
    acked: parts.stats?.data_acked ?? 0,
    drained: parts.facts.drained_after_s !== null,
    simulatorDied: parts.simulatorDied,
    storedInThisRun,
    storedInAll,
    rowsInDatabase,
  })
  return {
    passed: failures.length === 0,
    failures,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    ...parts.facts,
    frames_sent: parts.stats?.frames_sent ?? null,
    frames_acked: parts.stats?.frames_acked ?? null,
    data_frames_sent: parts.stats?.data_sent ?? null,
    data_frames_acked: parts.stats?.data_acked ?? null,
    ledger,
    stored_in_this_run: storedInThisRun,
    rows_in_database: rowsInDatabase,
  }
}

/** Throws OPS_UNAVAILABLE: a run whose outcome cannot be kept has not delivered. */
export function writeReport(file: string, report: RunReport): void {
  try {
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`)
  } catch (error) {
    throw new OpsError(
      'OPS_UNAVAILABLE',
      `The report could not be written to ${file} (${(error as Error).message}): name another file with --report.`,
      { cause: error },
    )
  }
}

export interface Judged {
  /** null when the collector did not answer. */
  ledger: Ledger | null
  receivedBefore: number
  /** Data frames that the simulator saw acked in this run. */
  acked: number
  drained: boolean
  simulatorDied: boolean
  storedInThisRun: number
  storedInAll: number
  rowsInDatabase: number
}

/** Empty when the run passed; each entry is a clause for people. */
export function failuresOf(judged: Judged): string[] {
  const { ledger, acked } = judged
  const receivedNow = (ledger?.received ?? 0) - judged.receivedBefore
  const failures = [
    ledger === null && 'the collector did not answer, so nothing can be held against the database',
    ledger !== null && ledger.unaccounted !== 0 && `${ledger.unaccounted} messages are unaccounted for`,
    !judged.drained && `${ledger?.waiting ?? 'some'} messages were still waiting`,
    judged.simulatorDied && 'the simulator died before the end',
    judged.storedInThisRun <= 0 && 'no row was stored in this run',
    judged.rowsInDatabase !== judged.storedInAll &&
      `the database has ${judged.rowsInDatabase} rows, its ledger says ${judged.storedInAll}`,
    ledger !== null &&
      receivedNow < acked &&
      `the simulator saw ${acked} data frames acked, the collector counts only ${receivedNow}`,
  ]
  return failures.filter(failure => failure !== false)
}
