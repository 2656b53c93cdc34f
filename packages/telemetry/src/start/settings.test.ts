// Settings of telemetry: defaults, and an error for each value that OpenTelemetry would silently take for something else.
import { ConfigError, describeSettings } from '@deye-hard/config'
import { describe, expect, it } from 'vitest'
import { readTelemetrySettings, telemetrySettings } from './settings.ts'

const ENDPOINT = 'http://127.0.0.1:4317'

function problemsOf(environment: Record<string, string>): string {
  try {
    readTelemetrySettings(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return ''
}

it('have defaults; an empty variable counts as unset', () => {
  expect(readTelemetrySettings({ OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toEqual({
    telemetryDisabled: false,
    otlpEndpoint: undefined,
    otlpProtocol: 'grpc',
    otlpHeaders: undefined,
    otlpTimeoutMs: 5_000,
    tracesSampler: 'parentbased_always_on',
    tracesSamplerRatio: undefined,
    resourceAttributes: undefined,
    serviceInstanceId: undefined,
    deploymentEnvironment: 'production',
    metricIntervalMs: 30_000,
    spanQueueMax: 8_192,
    spanBatchMax: 1_024,
    spanDelayMs: 2_000,
    logQueueMax: 4_096,
    logBatchMax: 1_024,
    logDelayMs: 1_000,
  })
})

it('are all optional, and have names in capitals', () => {
  for (const { name, required } of describeSettings(telemetrySettings)) {
    expect({ name, required }).toEqual({ name: expect.stringMatching(/^[A-Z_]+$/), required: false })
  }
})

describe('a value that would be taken for another', () => {
  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'signoz:4317', 'without a scheme'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'grpc://signoz:4317', 'with an unknown scheme'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://signoz:4318', 'the port of OTLP over HTTP'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://signoz:4317/v1/traces', 'with a path'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://user:hunter2@signoz:4317', 'with a password'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'http/protobuf', 'another protocol'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'gprc', 'a misspelt protocol'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '5s', 'a unit where there is none'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'hunter2', 'a header without a value'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'grpc-timeout=1', 'a header that belongs to gRPC'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%zz', 'a broken percent code'],
    ['OTEL_TRACES_SAMPLER', 'parentbased_ratio', 'an unknown sampler'],
    ['OTEL_TRACES_SAMPLER_ARG', '50', 'a ratio above 1'],
    ['OTEL_TRACES_SAMPLER_ARG', '0,5', 'a comma'],
    ['OTEL_TRACES_SAMPLER_ARG', '0.5x', 'a number with something behind it'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'host.name', 'a pair without a value'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'team=solar', 'an attribute that the schema lacks'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'host.name=a,service.name=b', 'a name that the code gives'],
    ['OTEL_SERVICE_INSTANCE_ID', 'two words', 'a space'],
    ['DEPLOYMENT_ENVIRONMENT', 'Production', 'a capital letter'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '0', 'no interval'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', '-1', 'a negative size'],
    ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '5000', 'a batch that no receiver takes'],
    ['OTEL_SDK_DISABLED', 'maybe', 'neither true nor false'],
  ])('%s=%s is an error: %s', (variable, value) => {
    const message = problemsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, [variable]: value })
    expect(message).toMatch(new RegExp(`^${variable}: found .+, expected .+\\.$`))
    expect(message).not.toContain('hunter2')
  })

  it('is reported with all others', () => {
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'x',
      OTEL_TRACES_SAMPLER: 'y',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'z',
    }
    expect(
      problemsOf(environment)
        .split('\n')
        .map(line => line.split(':')[0]),
    ).toEqual(['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_TRACES_SAMPLER'])
  })
})

it('a ratio must be named for a sampler that needs one', () => {
  expect(problemsOf({ OTEL_TRACES_SAMPLER: 'traceidratio' })).toMatch(
    /^OTEL_TRACES_SAMPLER_ARG: found nothing/,
  )
  const given = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' }
  expect(readTelemetrySettings(given).tracesSamplerRatio).toBe(0.25)
})

it('a batch is no larger than its queue', () => {
  expect(problemsOf({ OTEL_BSP_MAX_QUEUE_SIZE: '10' })).toMatch(
    /^OTEL_BSP_MAX_EXPORT_BATCH_SIZE: .*OTEL_BSP_MAX_QUEUE_SIZE/,
  )
  expect(problemsOf({ OTEL_BLRP_MAX_QUEUE_SIZE: '10' })).toMatch(/^OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: /)
})

it('a setting of one signal points to the one for all', () => {
  expect(problemsOf({ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: ENDPOINT })).toBe(
    'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: found a setting of one signal, expected the one for all signals, OTEL_EXPORTER_OTLP_ENDPOINT.',
  )
})

it('headers never show', () => {
  const settings = readTelemetrySettings({ OTEL_EXPORTER_OTLP_HEADERS: 'x-key=hunter2' })
  expect(JSON.stringify(settings)).not.toContain('hunter2')
})
