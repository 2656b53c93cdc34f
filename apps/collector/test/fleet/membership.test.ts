// Who is watched: registered loggers from the moment of their registration to its end, and never a stranger.
import { beforeEach, expect, it } from 'vitest'
import { reads, startTelemetryHere } from '../signals/telemetry-here.ts'
import { nextExport, serialsShown } from './exports.ts'
import { data, type FleetHere, heartbeat, registered, SERIAL, startFleet } from './fleet-here.ts'

const STRANGER = 2_799_999_999
const receiver = await startTelemetryHere()

beforeEach(() => receiver.clear())

async function speak(here: FleetHere, ...serials: number[]): Promise<void> {
  const connection = await here.connect()
  for (const serial of serials) {
    await connection.exchange(heartbeat(serial))
    await connection.exchange(data(1, 5_000, serial))
  }
}

it('a stranger gets no series, however much it says', async () => {
  const here = await startFleet()
  await here.register([registered(SERIAL)])
  await speak(here, STRANGER, SERIAL)
  await here.pass(1)
  await reads(receiver, 'solar.logger.state', 1, { 'logger.serial': String(SERIAL), state: 'live' })
  expect(await serialsShown(receiver)).toEqual(new Set([String(SERIAL)]))
  expect(here.fleet.status().loggers).toEqual({ live: 1, asleep: 0, late: 0, missing: 0, never_seen: 0 })
})

it('it is watched from its registration on, and forgotten when that ends', async () => {
  const here = await startFleet()
  await speak(here, SERIAL)
  await here.pass(1)
  expect(await serialsShown(receiver)).toEqual(new Set())

  await here.register([registered(SERIAL), registered(SERIAL + 1)])
  await here.pass(1)
  expect(here.fleet.status().loggers, 'what it said as a stranger does not count').toMatchObject({
    never_seen: 2,
  })
  await speak(here, SERIAL)
  await here.pass(1)
  const labels = { 'logger.serial': String(SERIAL) }
  await reads(receiver, 'solar.logger.message_age', 60, labels)
  await reads(receiver, 'solar.logger.retry_ratio', 0, labels)

  await here.register([registered(SERIAL + 1)])
  expect(await serialsShown(receiver), 'its series end before the next evaluation').toEqual(
    new Set([String(SERIAL + 1)]),
  )
  await here.pass(1)
  await here.register([registered(SERIAL + 1), registered(SERIAL)])
  await here.pass(1)
  expect(here.fleet.status().loggers, 'its track went with it').toMatchObject({ never_seen: 2, live: 0 })
  await reads(receiver, 'solar.logger.state', 1, { ...labels, state: 'never_seen' })
  const named = (await nextExport(receiver)).filter(
    ({ attributes }) => attributes['logger.serial'] === String(SERIAL),
  )
  const known = named.filter(({ name }) => name !== 'solar.logger.state')
  expect(known.map(({ name, value }) => [name, value])).toEqual([['solar.logger.message_rate', 0]])
})

it('a changed registration changes labels and place, and keeps the track', async () => {
  const here = await startFleet()
  await here.register([registered(SERIAL)])
  await speak(here, SERIAL)
  await here.register([registered(SERIAL, { site_id: 41, inverter_id: null })])
  await here.pass(1)
  const labels = { 'logger.serial': String(SERIAL), 'site.id': '41', 'inverter.id': 'none' }
  await reads(receiver, 'solar.logger.state', 1, { ...labels, state: 'live' })
  await reads(receiver, 'solar.fleet.expected', 1, { 'site.id': '41' })
})

it('above LOGGER_SERIES_MAX missing loggers go first, then late ones, then the others by serial', async () => {
  const here = await startFleet({ env: { LOGGER_SERIES_MAX: '3' } })
  const serials = [5, 4, 3, 2, 1].map(number => SERIAL + number)
  await here.register(serials.map(serial => registered(serial, { site_id: serial - SERIAL })))
  const [missing, late, ...others] = serials as [number, number, ...number[]]
  await speak(here, ...serials)
  await here.pass(45, () => speak(here, late, ...others))
  await here.pass(16, () => speak(here, ...others))
  expect(here.fleet.status().loggers).toMatchObject({ missing: 1, late: 1, live: 3 })
  await reads(receiver, 'solar.logger.series_dropped', 2)
  await reads(receiver, 'solar.fleet.series_dropped', 2)
  expect(await serialsShown(receiver)).toEqual(new Set([missing, late, SERIAL + 1].map(String)))
  await reads(receiver, 'solar.fleet.silent', 1, { 'site.id': '5' })
  await reads(receiver, 'solar.fleet.loggers', 3, { state: 'live' })
})
