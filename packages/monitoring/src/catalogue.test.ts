// The metrics that panels and rules may read: all that the schema declares, in the parts that SigNoz stores, and what others send.
import { METRICS, SCRAPED_METRICS } from '@deye-hard/telemetry-schema'
import { expect, it } from 'vitest'
import { namesLike, storedMetric } from './catalogue.ts'
import { KEPT_SETTINGS, OUTSIDE_METRICS } from './outside-metrics.ts'

/** Of `reference/postgres_exporter_0.20_metrics.txt`, with the flags that we run it with. */
const EXPORTER_NAMES = 447
const SETTINGS_NAMES = 363

it('has every metric of the schema, histograms by their parts', () => {
  const all = Object.entries({ ...METRICS, ...SCRAPED_METRICS })
  const lacking = all.filter(([name, { kind }]) => {
    const whole = storedMetric(name) !== undefined
    const parts = ['bucket', 'count', 'sum'].every(part => storedMetric(`${name}.${part}`) !== undefined)
    return kind === 'histogram' ? whole || !parts : !whole
  })
  expect(lacking).toEqual([])
})

it('has the least and the most value of pushed histograms only', () => {
  expect(storedMetric('solar.storage.write.duration.max')?.kind).toBe('gauge')
  expect(storedMetric('nodejs_gc_duration_seconds.bucket')?.kind).toBe('buckets')
  expect(storedMetric('nodejs_gc_duration_seconds.max')).toBeUndefined()
})

it('takes sums that may fall for gauges, as SigNoz does', () => {
  for (const name of ['db.client.connection.count', 'system.filesystem.usage'])
    expect(storedMetric(name)).toMatchObject({ kind: 'gauge', isFallingSum: true })
  expect(storedMetric('system.filesystem.utilization')).not.toHaveProperty('isFallingSum')
})

it('has what postgres_exporter sends, with labels and units', () => {
  const exporter = [...OUTSIDE_METRICS].filter(([, { from }]) => from === 'exporter')
  expect(exporter).toHaveLength(EXPORTER_NAMES - SETTINGS_NAMES + KEPT_SETTINGS.length)
  expect(OUTSIDE_METRICS.get('pg_stat_database_xact_commit')).toEqual({
    kind: 'counter',
    labels: ['datid', 'datname'],
    from: 'exporter',
  })
  expect(OUTSIDE_METRICS.get('pg_settings_max_connections')).toEqual({
    kind: 'gauge',
    labels: [],
    from: 'exporter',
  })
  expect(OUTSIDE_METRICS.get('pg_replication_lag_seconds')?.unit).toBe('s')
  expect(OUTSIDE_METRICS.get('pg_database_wraparound_age_datfrozenxid_seconds')?.unit).toBe('{transaction}')
})

it('knows closed lists of values, and labels that a scrape or a resource adds', () => {
  const { labels } = storedMetric('solar.readings.received')!
  expect(labels.get('buffered')).toEqual(['true', 'false'])
  expect(labels.get('service.name')).toEqual(['solar-collector'])
  expect(labels.has('deployment.environment')).toBe(true)
  expect(storedMetric('up')?.labels.has('service.instance.id')).toBe(true)
  expect(storedMetric('up')?.labels.has('instance')).toBe(false)
})

it('says what somebody may have meant', () => {
  expect(namesLike('http.server.request.duration')).toHaveLength(3)
  expect(namesLike('http.server.request.duration_bucket')).toEqual(['http.server.request.duration.bucket'])
  expect(namesLike('nothing')).toEqual([])
})
