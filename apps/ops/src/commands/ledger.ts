// `ops ledger`: is everything that was received accounted for?
import { readSettings } from '@deye-hard/config'
import { Command } from 'commander'
import { type Balance, readBalance } from '../balance.ts'
import { localConnection, withStore } from '../database.ts'
import { EXIT } from '../exit.ts'
import { answer, type OutputOptions, table } from '../output.ts'
import { opsSettings } from '../settings.ts'

const COUNTS = ['received', 'stored', 'duplicates', 'quarantined', 'waiting', 'unaccounted'] as const

export function ledgerCommand(): Command {
  return new Command('ledger')
    .description('received = stored + duplicates + quarantined + waiting; exit 1 when the rest is not 0')
    .option('--json', 'machine-readable answer')
    .addHelpText(
      'after',
      '\nExample:\n  COLLECTOR_STATUS_URL=http://127.0.0.1:8898/status npm run ops -- ledger',
    )
    .action(ledger)
}

async function ledger(options: OutputOptions): Promise<void> {
  const url = readSettings(opsSettings, process.env).collectorStatusUrl
  const statusUrl = url ?? localConnection()?.collector_status_url ?? null
  const balance = await withStore(store => readBalance(store, statusUrl))
  answer(options, asData(balance), asText(balance))
  if (balance.kind === 'balanced_against_collector' && balance.atRest && balance.ledger.unaccounted !== 0)
    process.exitCode = EXIT.negative
}

function asData(balance: Balance) {
  const database = balance.rows.map(row => ({
    collector_id: row.collectorId,
    stored: row.stored,
    duplicates: row.duplicates,
    quarantined: row.quarantined,
    events: row.events,
  }))
  if (balance.kind === 'database_only')
    return { ledger: null, collector_unreachable: balance.reason, database }
  const { collectorId, ledger, atRest, events } = balance
  return { collector_id: collectorId, ledger, at_rest: atRest, events, database }
}

function asText(balance: Balance): string {
  if (balance.kind === 'database_only') {
    const rows = balance.rows.map(row => [
      row.collectorId,
      row.stored,
      row.duplicates,
      row.quarantined,
      row.events,
    ])
    return `${table(['collector', 'stored', 'duplicates', 'quarantined', 'events'], rows)}
The collector was not asked (${balance.reason}): set COLLECTOR_STATUS_URL to hold this against what it received.`
  }
  const lines = table(
    ['', ''],
    COUNTS.map(name => [name, balance.ledger[name]]),
  ).trimStart()
  return `collector ${balance.collectorId}\n${lines}\n${verdict(balance)}`
}

function verdict(balance: Balance & { kind: 'balanced_against_collector' }): string {
  const { unaccounted } = balance.ledger
  if (!balance.atRest) return 'Messages are moving, so this is a moment and not a balance: run it again.'
  if (unaccounted === 0) return 'Everything received is accounted for.'
  return `${Math.abs(unaccounted)} messages are ${unaccounted > 0 ? 'missing from' : 'too many in'} the database: keep the spool folder and look at the logs of collector and API.`
}
