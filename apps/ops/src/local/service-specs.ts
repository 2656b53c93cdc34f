// Which processes the local stack has, and which part of the environment each of them gets.
import { appEntry, PROJECT_ROOT } from '../project.ts'
import type { DataLayout } from './layout.ts'
import type { LocalOptions } from './options.ts'
import type { ServiceSpec } from './service.ts'

export const COLLECTOR_CLIENT_ID = 'local-collector'
/** Ctrl-C promises 5 s for everything; what is not shipped by then stays in the spool. */
const COLLECTOR_DRAIN = '1500ms'
/** All simulated loggers come from one address. */
const CONNECTIONS_TO_SPARE = 2_000
const LOOPBACK = '127.0.0.1'

/** Lens promises to live in so much; its engine is a process of its own. */
const LENS_HEAP_MIB = 256
/** What is not stored by then is lost: seconds of telemetry. */
const LENS_DRAIN = '500ms'

/** `otlp`: where telemetry goes; null sends none. */
type SpecParts = Pick<ServiceSpec, 'notice'> & {
  options: LocalOptions
  layout: DataLayout
  otlp: string | null
}

export function apiSpec(
  { options, layout, notice, otlp }: SpecParts,
  databaseUrl: string,
  monitorUrl: string,
): ServiceSpec {
  return {
    name: 'api',
    entry: appEntry('api'),
    args: () => [],
    env: listening => ({
      ...process.env,
      ...telemetry(otlp),
      API_METRICS_PORT: String(listening?.metrics_port ?? options.portApiMetrics),
      DATABASE_MONITOR_URL: monitorUrl,
      API_PORT: String(listening?.port ?? options.portApi),
      DATABASE_URL: databaseUrl,
      JWT_KEYS_FILE: layout.jwtKeysFile,
    }),
    listens: true,
    logsDir: layout.logs,
    notice,
  }
}

/** The collector faces the network: it never gets the database URL. */
export function collectorSpec({ options, layout, notice, otlp }: SpecParts, apiUrl: string): ServiceSpec {
  return {
    name: 'collector',
    entry: appEntry('collector'),
    args: () => [],
    env: listening => ({
      DRAIN_TIMEOUT: COLLECTOR_DRAIN,
      CONNECTIONS_PER_ADDRESS_MAX: String(options.loggers + CONNECTIONS_TO_SPARE),
      ...withoutDatabase(process.env),
      ...telemetry(otlp),
      COLLECTOR_PORT: String(listening?.port ?? options.portCollector),
      COLLECTOR_HTTP_PORT: String(listening?.http_port ?? options.portCollectorHttp),
      API_URL: apiUrl,
      SERVICE_CLIENT_ID: COLLECTOR_CLIENT_ID,
      SERVICE_CLIENT_SECRET: undefined,
      SERVICE_CLIENT_SECRET_FILE: layout.clientSecretFile,
      SPOOL_DIR: layout.spool,
    }),
    listens: true,
    logsDir: layout.logs,
    notice,
  }
}

export function simulatorSpec(
  { options, layout, notice }: SpecParts,
  collectorPort: number,
  onLine: (line: string) => boolean,
): ServiceSpec {
  return {
    name: 'simulator',
    entry: appEntry('simulator'),
    args: () => [
      'run',
      '--host',
      LOOPBACK,
      '--port',
      String(collectorPort),
      '--fleet',
      layout.fleetFile,
      '--seed',
      String(options.seed),
      '--speed',
      String(options.speed),
      ...options.fault.flatMap(fault => ['--fault', fault]),
      '--json',
    ],
    env: () => withoutDatabase(process.env),
    listens: false,
    logsDir: layout.logs,
    onLine,
    notice,
  }
}

/** The role that only looks: pages and rules ask for what postgres_exporter tells in production, pages for rows of the fleet too. */
export function lensSpec(
  { options, layout, notice, otlp }: SpecParts,
  monitorUrl: string,
  metricsUrls: Readonly<Record<string, string>>,
): ServiceSpec {
  const targets = Object.entries(metricsUrls).map(([name, url]) => `solar-${name}=${url}`)
  return {
    name: 'lens',
    entry: appEntry('lens'),
    args: () => [],
    nodeArgs: [`--max-old-space-size=${LENS_HEAP_MIB}`],
    env: listening => ({
      LENS_DRAIN_TIMEOUT: LENS_DRAIN,
      ...withoutDatabase(process.env),
      LENS_PORT: String(listening?.port ?? options.portLens),
      LENS_OTLP_GRPC_PORT: new URL(otlp ?? '').port,
      LENS_OTLP_HTTP_PORT: String(listening?.otlp_http_port ?? 0),
      LENS_DATA_DIR: layout.lens,
      LENS_ROOT: process.env.LENS_ROOT ?? PROJECT_ROOT,
      LENS_DATABASE_URL: monitorUrl,
      LENS_SCRAPE_TARGETS: targets.join(','),
      DEPLOYMENT_ENVIRONMENT: process.env.DEPLOYMENT_ENVIRONMENT ?? 'local',
    }),
    listens: true,
    logsDir: layout.logs,
    notice,
  }
}

function withoutDatabase(environment: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return {
    ...environment,
    DATABASE_URL: undefined,
    DATABASE_URL_FILE: undefined,
    DATABASE_MONITOR_URL: undefined,
    DATABASE_MONITOR_URL_FILE: undefined,
  }
}

function telemetry(otlp: string | null): Record<string, string | undefined> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp ?? undefined,
    DEPLOYMENT_ENVIRONMENT: process.env.DEPLOYMENT_ENVIRONMENT ?? 'local',
  }
}
