// Takes a whole system through everything that its telemetry has words for; the receiver is whoever listens at the given address.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { System, until } from '../stack/system.ts'
import { siteAtMidnight, siteAtNoon } from './sites.ts'
import {
  accounts,
  apiDown,
  badInput,
  databaseDown,
  flood,
  type Ground,
  normalDay,
  otherInverter,
  realFrames,
  slowStatement,
} from './stages.ts'

const AWAKE = [3_840_000_001, 3_840_000_002, 3_840_000_003]
const AT_NIGHT = [3_840_000_101, 3_840_000_102]
const STRANGER = 3_849_999_999
const CONNECTIONS_PER_ADDRESS = 30
/** More than the captured frames of strangers that wait at one time. */
const STRANGERS_ALLOWED = 60
const TWO_HOURS_MS = 2 * 3_600_000
const LIMIT_MS = 30_000

/** So short that an hour of a service passes in seconds. */
const SHORT_TIMES = {
  OTEL_METRIC_EXPORT_INTERVAL: '500',
  LOG_LEVEL: 'debug',
  LOG_INFOS_PER_MINUTE: '200',
  LOG_WARNINGS_PER_MINUTE: '20',
}
const COLLECTOR_TIMES = {
  FIRST_FRAME_TIMEOUT: '1500ms',
  UNFINISHED_FRAME_TIMEOUT: '500ms',
  PROBE_AFTER: '500ms',
  SWEEP_INTERVAL: '100ms',
  REGISTRY_REFRESH_INTERVAL: '1s',
  CONNECTION_SPAN_INTERVAL: '1s',
  FLEET_INTERVAL: '500ms',
  CONNECTIONS_PER_ADDRESS_MAX: String(CONNECTIONS_PER_ADDRESS),
  SPOOL_MAX_UNKNOWN_MESSAGES: String(STRANGERS_ALLOWED),
}
const API_TIMES = { SLOW_QUERY_AFTER: '200ms', MONITOR_CACHE: '1s' }

export interface Tour {
  system: System
  /** Registered serials at a place where it is noon. */
  awake: readonly number[]
  end(): Promise<void>
}

/** Resolves when every stage is over and what it caused was sent; the system still runs. */
export async function takeTour(otlpUrl: string, environment: string): Promise<Tour> {
  const folder = await mkdtemp(join(tmpdir(), 'deye-hard-tour-clock-'))
  const clock = join(folder, 'offset-ms')
  await writeFile(clock, '0')
  const telemetry = {
    OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl,
    DEPLOYMENT_ENVIRONMENT: environment,
    ...SHORT_TIMES,
  }
  const preload = new URL('../stack/shifted-clock.mjs', import.meta.url).href
  const system = await System.start({
    loggerSerials: [],
    sites: [siteAtNoon(AWAKE), siteAtMidnight(AT_NIGHT)],
    apiEnv: { ...telemetry, ...API_TIMES },
    collectorEnv: {
      ...telemetry,
      ...COLLECTOR_TIMES,
      NODE_OPTIONS: `--import ${preload}`,
      CLOCK_OFFSET_FILE: clock,
    },
  })
  const end = async () => {
    await system.stop()
    await rm(folder, { recursive: true })
  }
  try {
    await stages({ system, awake: AWAKE, stranger: STRANGER })
    // Whoever spoke before and is silent at noon two hours later is missed; whoever is in the dark is asleep.
    await writeFile(clock, String(TWO_HOURS_MS))
    await system.drained(LIMIT_MS)
    return { system, awake: AWAKE, end }
  } catch (error) {
    await end()
    throw error
  }
}

async function stages(ground: Ground): Promise<void> {
  await normalDay(ground)
  await realFrames(ground)
  await badInput(ground)
  await otherInverter(ground)
  await flood(ground, CONNECTIONS_PER_ADDRESS)
  await accounts(ground)
  await slowStatement(ground)
  await apiDown(ground, STRANGERS_ALLOWED)
  await databaseDown(ground)
  await until(LIMIT_MS, 'the collector to be content', async () => {
    const { api, ledger } = await ground.system.status()
    return api.reachable !== false && ledger.waiting === 0
  })
}
