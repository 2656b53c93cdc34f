// `ops quarantine`: what could not be stored, looked at, tried again after a fix, or let go.
import { readSettings } from '@deye-hard/config'
import { QUARANTINE_REASONS, type ShippedMessage } from '@deye-hard/domain'
import type { QuarantineEntry, Store } from '@deye-hard/store'
import { Command, Option } from 'commander'
import { withStore } from '../database.ts'
import { OpsError } from '../errors.ts'
import { EXIT } from '../exit.ts'
import { durationMs, integerBetween, loggerSerial } from '../option-values.ts'
import { answer, type OutputOptions, table } from '../output.ts'
import { opsSettings } from '../settings.ts'
import { StoredFrameReader } from '../stored-frame.ts'

const PAGE_SIZE = 500
const LIST_DEFAULT = 50
const LIST_MAX = 100_000

interface Filter extends OutputOptions {
  reason?: string
  loggerSerial?: number
}

interface PurgeOptions extends Filter {
  olderThan?: number
  all?: boolean
  dryRun?: boolean
}

export function quarantineCommand(): Command {
  const quarantine = new Command('quarantine').description('frames that could not be stored')
  withFilter(quarantine.command('list').description('counts by reason, and the entries'))
    .option('--limit <number>', 'entries shown', integerBetween(1, LIST_MAX), LIST_DEFAULT)
    .addHelpText('after', '\nExample:\n  npm run ops -- quarantine list --reason unknown_logger')
    .action(list)
  withFilter(
    quarantine.command('replay').description('decode each frame anew and store what can be stored now'),
  )
    .option('--dry-run', 'change nothing, say what would happen')
    .addHelpText(
      'after',
      '\nExample:\n  npm run ops -- quarantine replay --logger-serial 2712345678 --dry-run',
    )
    .action(replay)
  withFilter(quarantine.command('purge').description('delete entries; they still count in the ledger'))
    .option('--older-than <time>', 'received longer ago than this', durationMs)
    .option('--all', 'really all of them')
    .option('--dry-run', 'change nothing, say how many')
    .addHelpText(
      'after',
      '\nExample:\n  npm run ops -- quarantine purge --older-than 30d --reason undecodable_payload',
    )
    .action(purge)
  return quarantine.addHelpText('after', '\nExample:\n  npm run ops -- quarantine list')
}

function withFilter(command: Command): Command {
  return command
    .addOption(new Option('--reason <reason>', 'only those with this reason').choices(QUARANTINE_REASONS))
    .option('--logger-serial <number>', 'only those of this logger', loggerSerial)
    .option('--json', 'machine-readable answer')
}

async function list(options: Filter & { limit: number }): Promise<void> {
  await withStore(async store => {
    const counts = (await store.quarantine.counts()).map(({ oldest, ...count }) => ({
      ...count,
      oldest: oldest.toISOString(),
    }))
    const found = await store.quarantine.list({ ...filterOf(options), limit: options.limit })
    const entries = found.map(entry => ({
      id: entry.id,
      received_at: entry.receivedAt.toISOString(),
      collector_id: entry.collectorId,
      logger_serial: entry.loggerSerial,
      control_code: entry.controlCode,
      reason: entry.reason,
      detail: entry.detail,
      frame: entry.frame.toString('hex'),
    }))
    const countRows = counts.map(count => [count.reason, count.messages, count.bytes, count.oldest])
    const rows = entries.map(one => [
      one.id,
      one.received_at,
      one.logger_serial,
      one.control_code,
      one.reason,
      one.detail,
    ])
    const summary = table(['reason', 'messages', 'bytes', 'oldest'], countRows)
    const details = table(['id', 'received', 'logger', 'code', 'reason', 'detail'], rows)
    answer(
      options,
      { counts, entries },
      counts.length === 0 ? 'Quarantine is empty.' : `${summary}\n\n${details}`,
    )
  })
}

interface Replayed {
  id: number
  logger_serial: number
  outcome: string
  reason?: string
  detail?: string
}

/** Exit 1 when something stays in quarantine: there is still something to look at. */
async function replay(options: Filter & { dryRun?: boolean }): Promise<void> {
  const { timeTolerance, readingMaxAge } = readSettings(opsSettings, process.env)
  const reader = new StoredFrameReader({ maxClockSkewMs: timeTolerance, maxAgeMs: readingMaxAge })
  await withStore(async store => {
    for await (const entry of entriesOf(store, options)) reader.observe(entry)
    const known = new Set((await store.inverters.registrations()).map(one => one.loggerSerial))
    const replayed: Replayed[] = []
    for await (const entry of entriesOf(store, options))
      replayed.push(await replayOne(entry, { store, reader, known, dryRun: options.dryRun ?? false }))
    const counts = countBy(replayed)
    const rows = replayed.map(one => [
      one.id,
      one.logger_serial,
      one.outcome,
      one.reason ?? null,
      one.detail ?? null,
    ])
    const title = options.dryRun ? 'Nothing was changed, this would happen:' : 'Replayed:'
    const summary = Object.entries(counts).map(([outcome, number]) => `${number} ${outcome}`)
    const text = `${table(['id', 'logger', 'outcome', 'reason', 'detail'], rows)}\n\n${title} ${summary.join(', ')}.`
    answer(
      options,
      { dry_run: options.dryRun ?? false, counts, entries: replayed },
      replayed.length === 0 ? 'Quarantine has no such entries.' : text,
    )
    if (replayed.some(one => one.outcome === 'quarantined' || one.outcome === 'rejected'))
      process.exitCode = EXIT.negative
  })
}

async function replayOne(
  entry: QuarantineEntry,
  tools: { store: Store; reader: StoredFrameReader; known: Set<number>; dryRun: boolean },
): Promise<Replayed> {
  const subject = { id: entry.id, logger_serial: entry.loggerSerial }
  const message = tools.reader.read(entry)
  if (tools.dryRun) return { ...subject, ...foresee(message, tools.known) }
  const { seq: _, ...outcome } = await tools.store.quarantine.resolve(entry.id, message, new Date())
  return { ...subject, ...outcome }
}

/** What `resolve` would say, except that only it can tell a duplicate. */
function foresee(message: ShippedMessage, known: Set<number>): Omit<Replayed, 'id' | 'logger_serial'> {
  if (!known.has(message.logger_serial)) return { outcome: 'quarantined', reason: 'unknown_logger' }
  if (message.kind !== 'undecodable') return { outcome: 'would_be_stored' }
  const { reason, detail } = message
  return { outcome: 'quarantined', reason, ...(detail === undefined ? {} : { detail }) }
}

async function purge(options: PurgeOptions): Promise<void> {
  const filtered = options.reason ?? options.loggerSerial ?? options.olderThan
  if (filtered === undefined && !options.all)
    throw new OpsError(
      'OPS_USAGE',
      'This would delete every entry: say which with --reason, --logger-serial or --older-than, or add --all.',
    )
  await withStore(async store => {
    const receivedBefore = options.olderThan === undefined ? null : new Date(Date.now() - options.olderThan)
    const ids: number[] = []
    for await (const entry of entriesOf(store, options))
      if (!receivedBefore || entry.receivedAt < receivedBefore) ids.push(entry.id)
    if (options.dryRun) {
      answer(options, { outcome: 'dry_run', entries: ids.length }, `${ids.length} entries would be deleted.`)
      return
    }
    const deleted = ids.length === 0 ? 0 : await store.quarantine.purge({ ids })
    answer(options, { outcome: 'purged', entries: deleted }, `Deleted ${deleted} entries.`)
  })
}

/** Page by page: the quarantine may be larger than memory is meant to be. */
async function* entriesOf(store: Store, options: Filter): AsyncGenerator<QuarantineEntry> {
  let afterId: number | undefined
  for (;;) {
    const position = afterId === undefined ? {} : { afterId }
    const page = await store.quarantine.list({ ...filterOf(options), ...position, limit: PAGE_SIZE })
    yield* page
    if (page.length < PAGE_SIZE) return
    afterId = page.at(-1)!.id
  }
}

function filterOf(options: Filter): { reason?: string; loggerSerial?: number } {
  return {
    ...(options.reason === undefined ? {} : { reason: options.reason }),
    ...(options.loggerSerial === undefined ? {} : { loggerSerial: options.loggerSerial }),
  }
}

function countBy(replayed: Replayed[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { outcome } of replayed) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}
