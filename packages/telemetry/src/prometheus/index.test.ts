// What stands on /metrics: Node and the process, what a service sets, nothing under a name that goes by OTLP.
import { METRICS, SCRAPED_METRICS } from '@deye-hard/telemetry-schema'
import { describe, expect, it } from 'vitest'
import { createScrapeRegistry } from './index.ts'

const CHUNKS = { schema: 'public', hypertable: 'measurements' }

async function shown(registry: ReturnType<typeof createScrapeRegistry>): Promise<string> {
  return (await registry.render()).body
}

/** Names of families, from their TYPE lines. */
const namesIn = (body: string) => [...body.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!)

describe('a registry', () => {
  it('has build, process, event loop and garbage collection from the start', async () => {
    const body = await shown(createScrapeRegistry({ service: 'solar-api', version: '1.2.3' }))
    expect(body).toContain(
      `solar_build_info{version="1.2.3",node_version="${process.version}",service="solar-api"} 1`,
    )
    expect(namesIn(body)).toEqual(
      expect.arrayContaining([
        'process_cpu_seconds_total',
        'process_resident_memory_bytes',
        'nodejs_eventloop_lag_p99_seconds',
        'nodejs_gc_duration_seconds',
      ]),
    )
  })

  it('shows declared names only, and none that goes by OTLP', async () => {
    const names = namesIn(await shown(createScrapeRegistry({ service: 'solar-api', version: '1' })))
    expect(names.filter(name => !Object.hasOwn(SCRAPED_METRICS, name))).toEqual([])
    const pushed = Object.keys(METRICS).map(name => name.replaceAll('.', '_'))
    expect(names.filter(name => pushed.includes(name))).toEqual([])
  })

  it('stands beside another one in a process', () => {
    createScrapeRegistry({ service: 'solar-api', version: '1' })
    expect(() => createScrapeRegistry({ service: 'solar-collector', version: '1' })).not.toThrow()
  })

  it('answers in the text format', async () => {
    const { contentType } = await createScrapeRegistry({ service: 'solar-api', version: '1' }).render()
    expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/)
  })
})

describe('a fact', () => {
  it('is what was set last, and gone after a reset', async () => {
    const registry = createScrapeRegistry({ service: 'solar-api', version: '1' })
    const up = registry.gauge('timescaledb_up')
    const chunks = registry.gauge('timescaledb_hypertable_chunks_total')
    expect(await shown(registry)).not.toMatch(/^timescaledb_up /m)
    up.set(1)
    chunks.set(3, CHUNKS)
    chunks.set(4, CHUNKS)
    const body = await shown(registry)
    expect(body).toMatch(/^timescaledb_up 1$/m)
    expect(body).toContain('timescaledb_hypertable_chunks_total{schema="public",hypertable="measurements"} 4')
    chunks.reset()
    expect(await shown(registry)).not.toContain('measurements')
  })

  it('that someone else counts is shown as that one counts it, also when it falls', async () => {
    const registry = createScrapeRegistry({ service: 'solar-api', version: '1' })
    const runs = registry.counter('timescaledb_job_runs_total')
    const job = { job_id: '1000', proc_name: 'policy_retention', hypertable: 'measurements' }
    runs.set(7, job)
    runs.set(2, job)
    expect(await shown(registry)).toMatch(/^timescaledb_job_runs_total\{.*\} 2$/m)
  })

  it('can be read on demand, and a failure is the caller’s to see', async () => {
    const registry = createScrapeRegistry({ service: 'solar-api', version: '1' })
    const up = registry.gauge('timescaledb_up')
    let value = 0
    registry.onScrape(async () => up.set(++value))
    await shown(registry)
    expect(await shown(registry)).toMatch(/^timescaledb_up 2$/m)
    registry.onScrape(async () => {
      throw new Error('no database')
    })
    await expect(registry.render()).rejects.toThrow('no database')
  })
})
