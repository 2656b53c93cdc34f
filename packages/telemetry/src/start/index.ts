// Starts OpenTelemetry; a service's main.ts imports this alone, before anything that imports fastify.
import type { ServiceName } from '@deye-hard/telemetry-schema'
import { logLevelSetting } from '../log-settings.ts'
import { createLogger, type Logger } from '../logger.ts'
import type { TrustRemoteParent } from './request-instrumentation.ts'
import type { RunningSdk, SdkOptions } from './sdk.ts'
import { readTelemetrySettings } from './settings.ts'
import { DROP_REASONS, type DropReason, SIGNALS, type Signal } from './signal-account.ts'

export type { TrustRemoteParent } from './request-instrumentation.ts'
export { telemetrySettings } from './settings.ts'

const SHUTDOWN_MS = 3_000
const SHUTDOWN_MAX_MS = 4_500

export interface StartOptions {
  service: ServiceName
  version: string
  environment: NodeJS.ProcessEnv
  /** Whose `traceparent` is believed; nobody's without it. */
  trustRemoteParent?: TrustRemoteParent
  /** Where it says that telemetry is not taken; a logger on stdout without it. */
  logger?: Logger
}

export interface SignalStatus {
  /** Items that wait; metrics never wait. */
  queued: number
  exported: number
  /** Items given up, by reason. */
  dropped: Readonly<Record<DropReason, number>>
  /** Attempts to send that failed. */
  failures: number
}

export type TelemetryStatus = Record<Signal, SignalStatus>

export interface Telemetry {
  /** Where telemetry goes; null when it is off. */
  readonly endpoint: string | null
  /** Sends what waits, for 3 s or as given, 4.5 s at most, and ends telemetry; never throws. Write no log line after it that OTLP must have. */
  shutdown(timeoutMs?: number): Promise<void>
  status(): TelemetryStatus
}

let running: Telemetry | null = null

/** What startTelemetry gave, until its shutdown. */
export function runningTelemetry(): Telemetry | null {
  return running
}

/** Throws a ConfigError that names every wrong variable. Without an endpoint it does nothing but say so. */
export async function startTelemetry(options: StartOptions): Promise<Telemetry> {
  if (running !== null) throw new TypeError('Telemetry runs already')
  const { service, version, environment, trustRemoteParent = () => false } = options
  const settings = readTelemetrySettings(environment)
  const log = (options.logger ?? createLogger({ service, level: levelOf(environment) })).child({
    logger: 'telemetry',
  })
  const endpoint = settings.telemetryDisabled ? undefined : settings.otlpEndpoint
  if (endpoint === undefined) {
    log.info('telemetry is off')
    running = telemetryAround(null, null, log)
    return running
  }
  // Loaded here: the SDK costs 100 ms and 40 MB, which a service without an endpoint need not pay.
  const { startSdk } = await import('./sdk.ts')
  const report = reportTo(log, endpoint)
  const sdk = startSdk({ service, version, endpoint, settings, trustRemoteParent, report })
  log.info('telemetry is sent', { endpoint })
  running = telemetryAround(endpoint, sdk, log)
  return running
}

function telemetryAround(endpoint: string | null, sdk: RunningSdk | null, log: Logger): Telemetry {
  let ending: Promise<void> | null = null
  const end = async (timeoutMs: number) => {
    await sdk?.end(performance.now() + Math.min(timeoutMs, SHUTDOWN_MAX_MS)).catch(() => {})
    running = null
    await log.flush()
  }
  return {
    endpoint,
    shutdown(timeoutMs = SHUTDOWN_MS) {
      ending ??= end(timeoutMs)
      return ending
    },
    status: () =>
      Object.fromEntries(SIGNALS.map(signal => [signal, statusOf(signal, sdk)])) as TelemetryStatus,
  }
}

function statusOf(signal: Signal, sdk: RunningSdk | null): SignalStatus {
  const account = sdk?.accounts[signal]
  const none = Object.fromEntries(DROP_REASONS.map(reason => [reason, 0])) as Record<DropReason, number>
  return {
    queued: sdk?.queued(signal) ?? 0,
    exported: account?.exported ?? 0,
    dropped: { ...(account?.dropped ?? none) },
    failures: Object.values(account?.failures ?? {}).reduce((sum, count) => sum + count, 0),
  }
}

/** One line when it begins and one when it is over; in between the counters tell. */
function reportTo(log: Logger, endpoint: string): SdkOptions['report'] {
  return {
    notTaken: (signal, reason, dropped) =>
      log.warn('telemetry is not taken', { endpoint, signal, reason, dropped }),
    takenAgain: (signal, dropped) => log.info('telemetry is taken again', { endpoint, signal, dropped }),
    fault: detail => log.warn('telemetry reports a fault', { detail }),
  }
}

/** A wrong level is for the service to complain about. */
function levelOf(environment: NodeJS.ProcessEnv) {
  const parsed = logLevelSetting.parse(environment.LOG_LEVEL ?? '')
  return parsed.kind === 'value' ? parsed.value : 'info'
}
