// Settings of telemetry: the variables of OpenTelemetry that we honour, with our defaults; a wrong value is an error, never a silent fallback.
import {
  ConfigError,
  type Environment,
  readSettings,
  type SettingProblem,
  type SettingsOf,
  setting,
} from '@deye-hard/config'
import { parseHeaders, parseResourceAttributes, RESOURCE_KEYS } from './key-value-pairs.ts'

/** The OTLP/HTTP port: whoever names it has another protocol in mind. */
const HTTP_PORT = '4318'
/** gRPC receivers refuse messages of more than 4 MiB by default; a span with a stack has about 3 KB. */
const BATCH_MAX = 1_024
const RATIO_SAMPLERS = ['traceidratio', 'parentbased_traceidratio']
/** Variables that the exporters would read behind our back, for one signal only. */
const OF_ONE_SIGNAL = /^OTEL_EXPORTER_OTLP_(TRACES|METRICS|LOGS)_/

/** To be spread into an app's settings so that `.env.example` shows them; startTelemetry reads them itself. */
export const telemetrySettings = {
  telemetryDisabled: setting.flag('OTEL_SDK_DISABLED', {
    default: false,
    about: 'Sends no telemetry, whatever the other variables say',
  }),
  otlpEndpoint: setting.url('OTEL_EXPORTER_OTLP_ENDPOINT', {
    optional: true,
    protocols: ['http', 'https'],
    example: 'http://127.0.0.1:4317',
    about: 'Receiver of telemetry by OTLP over gRPC; none is sent when unset',
  }),
  otlpProtocol: setting.oneOf('OTEL_EXPORTER_OTLP_PROTOCOL', {
    values: ['grpc'],
    default: 'grpc',
    about: 'Protocol of telemetry; there is no other',
  }),
  otlpHeaders: setting.secret('OTEL_EXPORTER_OTLP_HEADERS', {
    optional: true,
    about: 'Headers for the receiver of telemetry, as key=value with commas between them',
  }),
  otlpTimeoutMs: setting.integer('OTEL_EXPORTER_OTLP_TIMEOUT', {
    default: 5_000,
    min: 100,
    max: 60_000,
    about: 'Milliseconds that the receiver has to answer',
  }),
  tracesSampler: setting.oneOf('OTEL_TRACES_SAMPLER', {
    values: [
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ],
    default: 'parentbased_always_on',
    about: 'Which traces are sent; spans that failed always are, unless it is off',
  }),
  tracesSamplerRatio: setting.number('OTEL_TRACES_SAMPLER_ARG', {
    optional: true,
    min: 0,
    max: 1,
    about: 'Share of traces for the samplers whose name ends in traceidratio',
  }),
  resourceAttributes: setting.text('OTEL_RESOURCE_ATTRIBUTES', {
    optional: true,
    about: `More about this service, as key=value with commas between them; keys are ${RESOURCE_KEYS.join(', ')}`,
  }),
  serviceInstanceId: setting.text('OTEL_SERVICE_INSTANCE_ID', {
    optional: true,
    pattern: /^[\w./:-]{1,128}$/,
    form: 'a name without spaces',
    about: 'Name of this process, the same after a restart; host name and service when unset',
  }),
  deploymentEnvironment: setting.text('DEPLOYMENT_ENVIRONMENT', {
    default: 'production',
    pattern: /^[a-z][a-z0-9-]{0,31}$/,
    form: 'a name in lower case',
    about: 'Environment that telemetry is marked with, such as production, local or test',
  }),
  metricIntervalMs: setting.integer('OTEL_METRIC_EXPORT_INTERVAL', {
    default: 30_000,
    min: 100,
    max: 600_000,
    about: 'Milliseconds between two exports of metrics',
  }),
  spanQueueMax: setting.integer('OTEL_BSP_MAX_QUEUE_SIZE', {
    default: 8_192,
    min: 1,
    max: 1_000_000,
    about: 'Spans that may wait to be sent; beyond it the oldest is dropped',
  }),
  spanBatchMax: setting.integer('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', {
    default: BATCH_MAX,
    min: 1,
    max: BATCH_MAX,
    about: 'Spans in one message',
  }),
  spanDelayMs: setting.integer('OTEL_BSP_SCHEDULE_DELAY', {
    default: 2_000,
    min: 1,
    max: 60_000,
    about: 'Milliseconds that a span waits for others',
  }),
  logQueueMax: setting.integer('OTEL_BLRP_MAX_QUEUE_SIZE', {
    default: 4_096,
    min: 1,
    max: 1_000_000,
    about: 'Log records that may wait to be sent; beyond it the oldest is dropped',
  }),
  logBatchMax: setting.integer('OTEL_BLRP_MAX_EXPORT_BATCH_SIZE', {
    default: BATCH_MAX,
    min: 1,
    max: BATCH_MAX,
    about: 'Log records in one message',
  }),
  logDelayMs: setting.integer('OTEL_BLRP_SCHEDULE_DELAY', {
    default: 1_000,
    min: 1,
    max: 60_000,
    about: 'Milliseconds that a log record waits for others',
  }),
}

export type TelemetrySettings = SettingsOf<typeof telemetrySettings>

/** Throws one ConfigError that names every variable in trouble, never a value. */
export function readTelemetrySettings(environment: Environment): TelemetrySettings {
  const problems = problemsOfOneSignal(environment)
  let settings: TelemetrySettings | null = null
  try {
    settings = readSettings(telemetrySettings, environment)
    problems.push(...problemsAcross(settings))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    problems.push(...error.problems)
  }
  if (settings === null || problems.length > 0) throw new ConfigError(problems)
  return settings
}

/** What one form cannot say. */
function problemsAcross(settings: TelemetrySettings): SettingProblem[] {
  const { otlpHeaders, resourceAttributes, spanQueueMax, spanBatchMax, logQueueMax, logBatchMax } = settings
  return [
    ...problemsOfEndpoint(settings.otlpEndpoint),
    ...(RATIO_SAMPLERS.includes(settings.tracesSampler) && settings.tracesSamplerRatio === undefined
      ? [problem('tracesSamplerRatio', 'missing', 'nothing')]
      : []),
    ...(resourceAttributes !== undefined && parseResourceAttributes(resourceAttributes) === null
      ? [problem('resourceAttributes', 'wrong_form', 'something else in the list', PAIRS_OF_RESOURCE)]
      : []),
    ...(otlpHeaders !== undefined && parseHeaders(otlpHeaders.reveal()) === null
      ? [problem('otlpHeaders', 'wrong_form', 'something else in the list', PAIRS)]
      : []),
    ...(spanBatchMax > spanQueueMax ? [tooLarge('spanBatchMax', 'spanQueueMax')] : []),
    ...(logBatchMax > logQueueMax ? [tooLarge('logBatchMax', 'logQueueMax')] : []),
  ]
}

const PAIRS = 'key=value with commas between them'
const PAIRS_OF_RESOURCE = `${PAIRS}, with keys of ${RESOURCE_KEYS.join(', ')}`

/** An address that OTLP over gRPC cannot have. */
function problemsOfEndpoint(endpoint: string | undefined): SettingProblem[] {
  if (endpoint === undefined) return []
  const { port, pathname, search, username, password } = new URL(endpoint)
  const expected = 'a URL of host and port, for example http://127.0.0.1:4317'
  if (port === HTTP_PORT) {
    return [problem('otlpEndpoint', 'not_allowed', 'the port of OTLP over HTTP, 4318', expected)]
  }
  if (username !== '' || password !== '') {
    return [problem('otlpEndpoint', 'not_allowed', 'a URL with a user or password', expected)]
  }
  const more = pathname !== '/' || search !== ''
  return more ? [problem('otlpEndpoint', 'wrong_form', 'a URL with a path', expected)] : []
}

function problemsOfOneSignal(environment: Environment): SettingProblem[] {
  return Object.keys(environment)
    .filter(name => OF_ONE_SIGNAL.test(name) && environment[name] !== '')
    .map(variable => ({
      code: 'not_allowed',
      variable,
      found: 'a setting of one signal',
      expected: `the one for all signals, ${variable.replace(OF_ONE_SIGNAL, 'OTEL_EXPORTER_OTLP_')}`,
    }))
}

function tooLarge(batch: keyof TelemetrySettings, queue: keyof TelemetrySettings): SettingProblem {
  const { name } = telemetrySettings[queue]
  return problem(batch, 'out_of_range', `more than ${name}`, `at most ${name}`)
}

function problem(
  key: keyof TelemetrySettings,
  code: SettingProblem['code'],
  found: string,
  expected: string = telemetrySettings[key].form,
): SettingProblem {
  return { code, variable: telemetrySettings[key].name, found, expected }
}
