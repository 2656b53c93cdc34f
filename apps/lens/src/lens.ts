// Lens as a whole: engine, intake, scrapes, what it says itself, alerts and mails, pages; each part is started with those that it needs.
import { hostname } from 'node:os'
import { join } from 'node:path'
import { loadMonitoring, type Monitoring } from '@deye-hard/monitoring'
import { type Alerting, MAIL_TEMPLATE, startAlerting } from './alerts/start-alerting.ts'
import { type Engine, openEngine } from './engine/engine.ts'
import { type Intake, startIntake } from './intake/intake.ts'
import { COLLECTOR_JOB, collectorPage } from './own/collector-page.ts'
import { diskRequest } from './own/disk.ts'
import { type LocalPage, serveLocalPage } from './own/local-page.ts'
import { pageLimitsOf } from './page-settings.ts'
import { type FleetRows, openFleetRows } from './postgres/fleet-rows.ts'
import { POSTGRES_JOB, servePostgresPage } from './postgres/page-server.ts'
import { type Proven, readProven } from './scenarios/read-proven.ts'
import { type Scraper, startScraper } from './scrape/scraper.ts'
import { type PageServer, startPageServer } from './server/server.ts'
import { engineOptionsOf, intakeOptionsOf, type LensSettings, scraperOptionsOf } from './settings.ts'
import { watchFiles } from './watch-files.ts'

export type Report = (event: string, fields: Readonly<Record<string, unknown>>) => void

export interface Lens {
  url: string
  ports: { pages: number; otlpGrpc: number; otlpHttp: number; smtp: number }
  /** By the name of the part. */
  status(): Readonly<Record<string, unknown>>
  /** Takes nothing new, stores what was taken, closes the folder. */
  stop(): Promise<void>
}

/** Rejects with the error of the part that cannot start; what was started before is stopped. */
export async function startLens(settings: LensSettings, report: Report): Promise<Lens> {
  const { monitoring, faults } = loadMonitoring(settings.root)
  for (const { file, path, message: reason } of faults)
    report('file of the monitoring is left out', { file, path, reason })
  const ends: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const end of ends.splice(0).reverse()) await end()
  }
  try {
    const engine = await openEngine(engineOptionsOf(settings))
    ends.push(() => engine.close())
    const intake = await startIntake(engine, intakeOptionsOf(settings))
    ends.push(() => intake.stop())
    const scraper = await startScrapes(settings, intake, ends)
    const { alerting, pages } = await startPages(
      { settings, monitoring, engine, intake, scraper, report },
      ends,
    )
    return {
      url: pages.url,
      ports: {
        pages: pages.port,
        otlpGrpc: intake.ports.grpc,
        otlpHttp: intake.ports.http,
        smtp: alerting.smtpPort,
      },
      status: () => statusOf({ engine, intake, scraper, alerting }),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startScrapes(
  settings: LensSettings,
  intake: Intake,
  ends: (() => Promise<unknown>)[],
): Promise<Scraper> {
  const options = scraperOptionsOf(settings)
  if (!settings.scrape) return startScraper(intake, options)
  const own: { job: string; url: string }[] = []
  const add = (job: string, page: LocalPage) => {
    own.push({ job, url: page.url })
    ends.push(() => page.close())
  }
  add(COLLECTOR_JOB, await serveLocalPage(() => collectorPage(intake.status().signals)))
  const databaseUrl = settings.databaseUrl?.reveal()
  if (databaseUrl !== undefined && !options.targets.some(({ job }) => job === POSTGRES_JOB))
    add(POSTGRES_JOB, await servePostgresPage({ databaseUrl, timeoutMs: settings.scrapeTimeout }))
  const scraper = startScraper(intake, { ...options, targets: [...options.targets, ...own] })
  ends.push(() => scraper.stop())
  const timer = setInterval(() => void tellDisk(settings, intake), options.intervalMs)
  ends.push(async () => clearInterval(timer))
  await tellDisk(settings, intake)
  return scraper
}

/** A disk that cannot be asked is silent: the panel says "no data". */
async function tellDisk({ dataDir, environment }: LensSettings, intake: Intake): Promise<void> {
  const about = { environment, host: hostname(), nowMs: Date.now() }
  await diskRequest(dataDir, about).then(
    request => intake.receiveMetrics(request),
    () => {},
  )
}

interface Parts {
  settings: LensSettings
  monitoring: Monitoring
  engine: Engine
  intake: Intake
  scraper: Scraper
  report: Report
}

async function startPages(
  parts: Parts,
  ends: (() => Promise<unknown>)[],
): Promise<{ alerting: Alerting; pages: PageServer }> {
  const { settings, engine } = parts
  // The pages keep hold of this one object, whose content follows the files.
  const monitoring = { ...parts.monitoring }
  const alerting = await startAlerting({
    root: settings.root,
    monitoring,
    folder: join(settings.dataDir, 'alerts'),
    url: `http://localhost:${settings.port}`,
    settings,
    runSql: sql => engine.query(sql),
    now: Date.now,
    report: parts.report,
  })
  ends.push(() => alerting.close())
  const files = watchFiles({
    root: settings.root,
    otherFiles: [MAIL_TEMPLATE],
    intervalMs: settings.reloadInterval,
    changed: async changed => {
      Object.assign(monitoring, changed)
      await alerting.replace(changed)
    },
    report: parts.report,
  })
  ends.push(() => files.stop())
  const rows = openRows(settings, ends)
  const pages = await startPageServer(
    {
      monitoring,
      engine,
      now: Date.now,
      ...(rows === undefined ? {} : { rows }),
      alerts: { state: () => alerting.runner.state },
      mails: alerting.mailbox,
      outbox: () => alerting.outbox(),
      proven: provenOf(parts),
      health: () => ({
        ...statusOf({ ...parts, alerting }),
        files: files.counters,
        ...(rows && { rows: rows.status() }),
      }),
    },
    { port: settings.port, limits: pageLimitsOf(settings) },
  )
  ends.push(() => pages.close())
  return { alerting, pages }
}

function provenOf({ settings, report }: Parts): Proven {
  const { proven, faults } = readProven(settings.root)
  for (const fault of faults) report('file of the monitoring is left out', { ...fault })
  return proven
}

function openRows(
  { databaseUrl, queryTimeout }: LensSettings,
  ends: (() => Promise<unknown>)[],
): FleetRows | undefined {
  if (databaseUrl === undefined) return undefined
  const rows = openFleetRows({ databaseUrl: databaseUrl.reveal(), timeoutMs: queryTimeout })
  ends.push(() => rows.close())
  return rows
}

function statusOf(parts: Pick<Parts, 'engine' | 'intake' | 'scraper'> & { alerting: Alerting }) {
  return {
    engine: parts.engine.status(),
    intake: parts.intake.status(),
    scrapes: parts.scraper.status(),
    alerting: parts.alerting.status(),
  }
}
