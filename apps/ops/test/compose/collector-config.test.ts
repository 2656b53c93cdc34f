// The configuration of SigNoz's collector: order of processors, names of scrapes, and what happens while ClickHouse is away.
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { interpolatedNames, readCompose, readProjectFile } from './compose-files.ts'

interface CollectorConfig {
  receivers: {
    prometheus: {
      config: { scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[] }
    }
    hostmetrics: { scrapers: { filesystem: { include_mount_points: { mount_points: string[] } } } }
  }
  processors: Record<string, unknown> & {
    tail_sampling: { policies: { name: string; type: string }[] }
  }
  exporters: Record<
    string,
    { retry_on_failure?: { enabled: boolean }; sending_queue?: { enabled: boolean; storage: string } }
  >
  service: {
    extensions: string[]
    pipelines: Record<string, { receivers: string[]; processors: string[]; exporters: string[] }>
  }
}

const config = parse(readProjectFile('otel/collector.yaml')) as CollectorConfig
const { pipelines } = config.service
const collector = readCompose().services['otel-collector']!

describe.each(Object.entries(pipelines))('pipeline %s', (_name, { processors, exporters }) => {
  it('limits its memory first, batches last, and knows the environment by both names', () => {
    expect(processors[0]).toBe('memory_limiter')
    expect(processors.at(-1)).toBe('batch')
    expect(processors).toContain('transform/environment')
  })

  it('uses parts that are there', () => {
    for (const name of processors) expect(config.processors).toHaveProperty([name])
    for (const name of exporters) expect(config.exporters).toHaveProperty([name])
  })
})

it('redacts and counts before it samples', () => {
  const { processors } = pipelines.traces!
  const order = ['redaction', 'signozspanmetrics/delta', 'tail_sampling'].map(name =>
    processors.indexOf(name),
  )
  expect(order).toEqual(order.toSorted((a, b) => a - b))
  expect(order).not.toContain(-1)
  expect(pipelines.logs!.processors).toContain('redaction')
})

it('keeps errors and slow traces whatever the share of the rest', () => {
  const { policies } = config.processors.tail_sampling
  expect(policies.map(({ type }) => type)).toEqual(['status_code', 'latency', 'probabilistic'])
})

it('scrapes each target under the name that rules and panels ask for', () => {
  const targets = config.receivers.prometheus.config.scrape_configs.map(one => [
    one.job_name,
    one.static_configs[0]!.targets[0],
  ])
  expect(Object.fromEntries(targets)).toEqual({
    'solar-api': 'api:9464',
    'solar-collector': 'collector:8898',
    'postgres-exporter': 'postgres-exporter:9187',
    'otel-collector': '127.0.0.1:8888',
  })
})

it('measures disks where the compose file mounts them', () => {
  const { mount_points: points } = config.receivers.hostmetrics.scrapers.filesystem.include_mount_points
  for (const point of points) expect(collector.volumes!.join('\n')).toContain(`:${point}:ro`)
})

it('keeps on disk and sends again what ClickHouse does not take', () => {
  for (const name of ['clickhousetraces', 'clickhouselogsexporter', 'signozclickhousemetrics'])
    expect(config.exporters[name]).toMatchObject({
      retry_on_failure: { enabled: true },
      sending_queue: { enabled: true, storage: 'file_storage' },
    })
})

it('is given every variable that it names', () => {
  const names = [...readProjectFile('otel/collector.yaml').matchAll(/\$\{env:([A-Z_]+)/g)].map(
    ([, name]) => name!,
  )
  expect(interpolatedNames('otel/collector.yaml')).toEqual([])
  expect(names.filter(name => !(name in collector.environment!))).toEqual([])
})
