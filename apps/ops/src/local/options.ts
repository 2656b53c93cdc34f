// The options of `npm start`, each of them an environment variable too.
import { resolve } from 'node:path'
import { parseBytes } from '@deye-hard/config'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { OpsError } from '../errors.ts'
import { durationMs, integerBetween, numberBetween, portOrFree } from '../option-values.ts'
import { DEFAULT_DATA_DIR } from '../project.ts'

const LOGGERS_MAX = 100_000
const SPEED_MAX = 10_000
const SEED_MAX = 0xffff_ffff
/** A timer of Node with more than 31 bits fires at once. */
const TIMER_MAX_MS = 2 ** 31 - 1

export interface LocalOptions {
  portCollector: number
  portCollectorHttp: number
  portApi: number
  portApiMetrics: number
  portDatabase: number
  portLens: number
  /** Dashboards, traces, logs and alerts in the browser. */
  lens: boolean
  loggers: number
  simulator: boolean
  speed: number
  seed: number
  /** As `simulator run --fault` takes them. */
  fault: readonly string[]
  fresh: boolean
  dataDir: string
  minFreeSpaceBytes: number
  /** null runs until Ctrl-C. */
  durationMs: number | null
  reportFile: string | null
  /** Where traces, metrics and logs go by OTLP gRPC; null sends none. */
  otlp: string | null
  json: boolean
}

interface ParsedOptions
  extends Omit<LocalOptions, 'minFreeSpaceBytes' | 'durationMs' | 'reportFile' | 'otlp' | 'json'> {
  minFreeSpace: number
  duration?: number
  report?: string
  otlp?: string
  json?: boolean
  fresh: boolean
}

export function addLocalOptions(command: Command): Command {
  for (const option of localOptions()) command.addOption(option)
  return command
}

/** Throws OPS_USAGE for values that do not go together. */
export function readLocalOptions(parsed: ParsedOptions): LocalOptions {
  if (parsed.report !== undefined && parsed.duration === undefined)
    throw new OpsError(
      'OPS_USAGE',
      '--report needs --duration, since the report is about a run that ends: add for example --duration 60s.',
    )
  refuseEqualPorts(parsed)
  const { minFreeSpace, duration, report, otlp, json, ...rest } = parsed
  return {
    ...rest,
    dataDir: resolve(parsed.dataDir),
    minFreeSpaceBytes: minFreeSpace,
    durationMs: duration ?? null,
    reportFile: report === undefined ? null : resolve(report),
    otlp: otlp ?? null,
    lens: rest.lens && otlp === undefined,
    json: json ?? false,
  }
}

function localOptions(): Option[] {
  return [
    port('--port-collector <port>', 'COLLECTOR_PORT', 8899, 'TCP port for data loggers'),
    port('--port-collector-http <port>', 'COLLECTOR_HTTP_PORT', 8898, 'health and status of the collector'),
    port('--port-api <port>', 'API_PORT', 3000, 'HTTP port of the API'),
    port('--port-api-metrics <port>', 'API_METRICS_PORT', 9464, 'metrics of the API, only for this machine'),
    port('--port-database <port>', 'LOCAL_DATABASE_PORT', 55_432, 'port of PostgreSQL'),
    port('--port-lens <port>', 'LENS_PORT', 8080, 'pages of lens, only for this machine'),
    new Option('--no-lens', 'no dashboards, traces, logs and alerts in the browser').env('LOCAL_NO_LENS'),
    new Option('--loggers <number>', 'simulated loggers')
      .env('LOCAL_LOGGERS')
      .default(120)
      .argParser(integerBetween(1, LOGGERS_MAX)),
    new Option('--no-simulator', 'no simulated loggers, only real ones').env('LOCAL_NO_SIMULATOR'),
    new Option('--speed <factor>', 'the clock of the simulator runs this much faster')
      .env('LOCAL_SPEED')
      .default(1)
      .argParser(numberBetween(0.1, SPEED_MAX)),
    new Option('--seed <number>', 'the same seed gives the same fleet and bytes')
      .env('LOCAL_SEED')
      .default(1)
      .argParser(integerBetween(0, SEED_MAX)),
    new Option(
      '--fault <name[:args]>',
      'a fault of the simulated loggers, such as silent-logger; may be repeated; `npm run simulator -- run --help` lists them, apps/simulator/README.md has the mails that they lead to',
    )
      .default([], 'none')
      .argParser((name: string, before: readonly string[]) => [...before, name]),
    new Option('--fresh', 'start with an empty data folder').env('LOCAL_FRESH').default(false),
    new Option('--data-dir <path>', 'where database, spool, secrets and logs are kept')
      .env('LOCAL_DATA_DIR')
      .default(DEFAULT_DATA_DIR, '.data of this project'),
    new Option('--duration <time>', 'stop after this time and hold the two counts against each other')
      .env('LOCAL_DURATION')
      .argParser(positiveDuration),
    new Option(
      '--otlp <url>',
      'send traces, metrics and logs there by OTLP gRPC and not to lens, for example http://127.0.0.1:4317',
    )
      .env('OTEL_EXPORTER_OTLP_ENDPOINT')
      .argParser(otlpEndpoint),
    new Option('--report <file>', 'write the outcome of --duration there as JSON').env('LOCAL_REPORT'),
    new Option('--min-free-space <size>', 'disk space that must be free to start')
      .env('LOCAL_MIN_FREE_SPACE')
      .default(500 * 1024 ** 2, '500MiB')
      .argParser(byteSize),
    new Option('--json', 'one JSON object per line on stdout'),
  ]
}

function port(flags: string, variable: string, standard: number, about: string): Option {
  return new Option(flags, `${about}; 0 takes any free one`)
    .env(variable)
    .default(standard)
    .argParser(portOrFree)
}

function positiveDuration(text: string): number {
  const value = durationMs(text)
  if (value < 1_000 || value > TIMER_MAX_MS) throw new InvalidArgumentError('Give 1s to 24d.')
  return value
}

function byteSize(text: string): number {
  const value = parseBytes(text)
  if (value === null) throw new InvalidArgumentError('Give a size like 500MiB or 2GiB.')
  return value
}

/** The services look closer; a value that cannot be right is told before anything starts. */
function otlpEndpoint(text: string): string {
  const url = URL.parse(text)
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.pathname !== '/')
    throw new InvalidArgumentError(
      'Give a scheme, a host and a port and nothing else: http://127.0.0.1:4317.',
    )
  return text
}

function refuseEqualPorts(parsed: ParsedOptions): void {
  const named = [
    ['--port-collector', parsed.portCollector],
    ['--port-collector-http', parsed.portCollectorHttp],
    ['--port-api', parsed.portApi],
    ['--port-api-metrics', parsed.portApiMetrics],
    ['--port-database', parsed.portDatabase],
    ['--port-lens', parsed.portLens],
  ] as const
  for (const [index, [option, value]] of named.entries()) {
    const other = named.slice(0, index).find(([, taken]) => taken === value && value !== 0)
    if (other)
      throw new OpsError(
        'OPS_USAGE',
        `${other[0]} and ${option} are both ${value}: give one of them another port.`,
      )
  }
}
