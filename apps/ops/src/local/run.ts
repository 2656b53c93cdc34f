// What `npm start` does, in order: look, claim the folder, start, show, wait, judge, stop.
import { setTimeout as wait } from 'node:timers/promises'
import projectPackage from '../../package.json' with { type: 'json' }
import { readCollectorStatus } from '../collector-status.ts'
import { OpsError } from '../errors.ts'
import { EXIT, type ExitCode } from '../exit.ts'
import { claimDataFolder, prepareDataFolder } from './data-folder.ts'
import { readFigures, statusEvent, statusText } from './figures.ts'
import { stopOrphans, takeLock } from './instance.ts'
import { type DataLayout, dataLayout } from './layout.ts'
import type { LocalOptions } from './options.ts'
import { preflight } from './preflight.ts'
import { makeReport, type RunReport, writeReport } from './report.ts'
import { createScreen, type Screen } from './screen.ts'
import { Stack, StopRequested } from './stack.ts'
import { listenForStop, type StopRequest } from './stop-request.ts'
import { readyEvent, welcomeText } from './welcome.ts'

const STATUS_INTERVAL_MS = 1_000
const DRAIN_LIMIT_MS = 30_000
const DRAIN_POLL_MS = 200
/** The promise is 5 s; what hangs then is killed. */
const STOP_LIMIT_MS = 4_500
const KILLED_EXIT = 130

/** Throws OpsError with one sentence when it cannot start. */
export async function runLocal(options: LocalOptions): Promise<ExitCode> {
  const layout = dataLayout(options.dataDir)
  const screen = createScreen(options)
  const orphans = await preflight(options, layout)

  claimDataFolder(layout)
  const lock = takeLock(layout)
  let stack: Stack | null = null
  const stop = listenForStop(() => {
    stack?.kill()
    lock.release()
    process.exit(KILLED_EXIT)
  })
  // Whatever ends us, a bug included, must not leave services behind.
  const killRest = () => stack?.kill()
  process.once('exit', killRest)
  try {
    if (orphans.length > 0) {
      const names = orphans.map(orphan => orphan.name).join(', ')
      await screen.step(
        `Stopping ${names} of a start that was killed`,
        () => stopOrphans(orphans, layout),
        () => `Stopped ${names}`,
      )
    }
    prepareDataFolder(layout, options.fresh)
    stack = new Stack({ options, layout, screen, stopping: stop.signal })
    return await runStack({ stack, options, layout, screen, stop })
  } catch (error) {
    if (error instanceof StopRequested) return EXIT.ok
    throw error
  } finally {
    if (stack?.running) await stopInTime(stack, screen)
    lock.release()
    stop.dispose()
    process.off('exit', killRest)
  }
}

interface Run {
  stack: Stack
  options: LocalOptions
  layout: DataLayout
  screen: Screen
  stop: StopRequest
}

async function runStack(run: Run): Promise<ExitCode> {
  const { stack, options, screen, stop } = run
  await stack.start()
  const before = await countsBefore(stack)
  if (options.simulator) await stack.startSimulator()
  const secondsToReady = Math.round(performance.now() / 100) / 10
  const ready = { ...run, secondsToReady }
  screen.block(welcomeText(ready), readyEvent(ready))

  const status = showStatus(stack, screen)
  const startedAt = performance.now()
  try {
    if (options.durationMs === null) {
      await stop.requested
      return EXIT.ok
    }
    const completed = await completedWait(options.durationMs, stop.signal)
    if (!completed)
      throw new OpsError('OPS_REFUSED', 'Stopped before --duration was over: no report was written.')
    const durationS = Math.round((performance.now() - startedAt) / 100) / 10
    return await judgeRun(run, { before, secondsToReady, durationS })
  } finally {
    await status.end()
  }
}

async function countsBefore(stack: Stack): Promise<{ stored: number; received: number }> {
  const rows = (await stack.database?.store.ledger.all()) ?? []
  const status = await readCollectorStatus(stack.statusUrl)
  return {
    stored: rows.reduce((whole, row) => whole + row.stored, 0),
    received: status.kind === 'status' ? status.status.ledger.received : 0,
  }
}

function showStatus(stack: Stack, screen: Screen): { end: () => Promise<void> } {
  const ending = new AbortController()
  const show = async () => {
    // The first second has nothing to show: the loggers are still connecting.
    while (await completedWait(STATUS_INTERVAL_MS, ending.signal)) {
      const figures = await readFigures({
        statusUrl: stack.statusUrl,
        store: stack.database!.store,
        stats: stack.stats,
        services: stack.services,
        databaseUp: stack.database?.pid() !== undefined,
        lensUrl: stack.lensUrl,
      })
      if (ending.signal.aborted) return
      screen.status(statusText(figures), statusEvent(figures))
      stack.writeConnection()
    }
  }
  const shown = show()
  return {
    async end() {
      ending.abort()
      await shown
      screen.endStatus()
    },
  }
}

async function judgeRun(
  run: Run,
  measured: { before: { stored: number; received: number }; secondsToReady: number; durationS: number },
): Promise<ExitCode> {
  const { stack, options, screen, stop } = run
  const simulatorDied = (await stack.stopSimulator()) === 'dead'
  const drainedAfterS = await waitUntilDrained(stack, stop.signal)
  const report = await makeReport({
    store: stack.database!.store,
    statusUrl: stack.statusUrl,
    stats: stack.stats.latest,
    before: measured.before,
    simulatorDied,
    facts: {
      version: projectPackage.version,
      loggers: options.simulator ? options.loggers : 0,
      speed: options.speed,
      seconds_to_ready: measured.secondsToReady,
      duration_s: measured.durationS,
      drained_after_s: drainedAfterS,
      restarts: Object.fromEntries(stack.services.map(service => [service.spec.name, service.restarts])),
    },
  })
  if (options.reportFile) writeReport(options.reportFile, report)
  screen.endStatus()
  screen.block(verdictText(report, options.reportFile), { event: 'report', ...report })
  return report.passed ? EXIT.ok : EXIT.negative
}

/** Seconds until nothing waited in the collector, null when that took too long. */
async function waitUntilDrained(stack: Stack, stopping: AbortSignal): Promise<number | null> {
  const started = performance.now()
  while (performance.now() - started < DRAIN_LIMIT_MS && !stopping.aborted) {
    const status = await readCollectorStatus(stack.statusUrl)
    if (status.kind === 'status' && status.status.ledger.waiting === 0)
      return Math.round((performance.now() - started) / 100) / 10
    await wait(DRAIN_POLL_MS)
  }
  return null
}

function verdictText(report: RunReport, file: string | null): string {
  const { ledger } = report
  const counts = ledger
    ? `received ${ledger.received} = stored ${ledger.stored} + duplicates ${ledger.duplicates} + quarantined ${ledger.quarantined} + waiting ${ledger.waiting}, unaccounted ${ledger.unaccounted}; rows in the database ${report.rows_in_database}`
    : 'the collector did not answer'
  const verdict = report.passed ? 'Passed' : `Failed: ${report.failures.join('; ')}`
  return `${verdict}. ${counts}.${file ? ` Report: ${file}` : ''}`
}

async function stopInTime(stack: Stack, screen: Screen): Promise<void> {
  const limit = setTimeout(() => stack.kill(), STOP_LIMIT_MS)
  try {
    await screen.step(
      'Stopping',
      () => stack.stop(),
      forced =>
        forced.length === 0
          ? 'Stopped'
          : `Stopped; ${forced.join(', ')} had to be killed, what is acked is on disk`,
    )
  } finally {
    clearTimeout(limit)
  }
}

/** False when the signal came first. */
async function completedWait(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await wait(ms, undefined, { signal })
    return true
  } catch (error) {
    if (signal.aborted) return false
    throw error
  }
}
