// Who can reach whom: the networks of the compose file as a table of pairs.
import { expect, it } from 'vitest'
import { readCompose } from './compose-files.ts'

const compose = readCompose()
const services = Object.entries(compose.services)

/** Services on a network with the one named. */
function neighbours(name: string): string[] {
  const networks = compose.services[name]!.networks ?? []
  return services
    .filter(([other, { networks: own = [] }]) => other !== name && own.some(one => networks.includes(one)))
    .map(([other]) => other)
    .sort()
}

it('only who asks the database reaches it; the collector does not', () => {
  expect(neighbours('timescaledb')).toEqual(['api', 'demo-inverters', 'enrol', 'ops', 'postgres-exporter'])
})

it('only SigNoz and its collector reach ClickHouse and the keeper', () => {
  const expected = ['otel-collector', 'signoz', 'signoz-migrator']
  expect(neighbours('clickhouse')).toEqual(['keeper', ...expected].sort())
  expect(neighbours('keeper')).toEqual(['clickhouse', ...expected].sort())
})

it('what faces the internet reaches the API and OTLP, and simulated loggers reach only it', () => {
  expect(neighbours('collector')).toEqual(['api', 'ops', 'otel-collector', 'simulator'])
  expect(neighbours('simulator')).toEqual(['collector'])
})

it('nothing leads out of the networks of database, telemetry and store', () => {
  const closed = Object.entries(compose.networks).filter(([, network]) => network?.internal)
  expect(closed.map(([name]) => name).sort()).toEqual([
    'database',
    'database-metrics',
    'ingest',
    'signoz',
    'telemetry',
  ])
  for (const name of ['timescaledb', 'clickhouse', 'keeper', 'otel-collector', 'postgres-exporter'])
    for (const network of compose.services[name]!.networks!)
      expect(compose.networks[network], `${name} is on ${network}`).toMatchObject({ internal: true })
})

it('secrets reach the containers that use them', () => {
  const readers = (volume: string) =>
    services
      .filter(([, { volumes = [] }]) => volumes.some(one => one.startsWith(`${volume}:`)))
      .map(([name]) => name)
      .filter(name => name !== 'prepare')
  expect(readers('database-secrets')).toEqual(['timescaledb'])
  expect(readers('owner-secrets')).toEqual(['enrol', 'ops', 'demo-inverters'])
  expect(readers('api-secrets')).toEqual(['enrol', 'api', 'ops'])
  expect(readers('collector-secrets')).toEqual(['enrol', 'collector'])
  expect(readers('exporter-secrets')).toEqual(['postgres-exporter'])
  expect(readers('signoz-secrets')).toEqual(['signoz'])
  const typed = (name: string) =>
    services.filter(([, { environment = {} }]) => name in environment).map(([service]) => service)
  expect(typed('SMTP_PASSWORD')).toEqual(['prepare', 'ops'])
  expect(typed('SIGNOZ_PASSWORD')).toEqual(['prepare', 'provision', 'ops'])
})

it('every volume that a container writes is given to its user', () => {
  const prepared = compose.services.prepare!.volumes!.map(one => one.split(':')[0])
  const script = compose.volumes
  // The image of the database makes its folder for the user that the container has.
  expect([...prepared, 'database'].sort()).toEqual(Object.keys(script).sort())
})
