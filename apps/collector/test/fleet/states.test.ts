// A day of a logger as the collector sees it: it speaks, stops at noon, is late, missing, asleep at night; lines and gauges tell.
import { beforeEach, expect, it } from 'vitest'
import { until } from '../harness.ts'
import { reads, startCollectorHere, startTelemetryHere } from '../signals/telemetry-here.ts'
import {
  changes,
  data,
  type FleetHere,
  HOUR_MS,
  heartbeat,
  NOON_MS,
  registered,
  SERIAL,
  startFleet,
} from './fleet-here.ts'

const receiver = await startTelemetryHere()
const ids = { 'logger.serial': String(SERIAL), 'inverter.id': '1', 'site.id': '40' }

beforeEach(() => receiver.clear())

/** Two loggers of one site that have spoken for an hour, until noon. */
async function morning(): Promise<FleetHere> {
  const here = await startFleet({ nowMs: NOON_MS - HOUR_MS })
  await here.register([registered(SERIAL), registered(SERIAL + 1)])
  const [first, second] = [await here.connect(), await here.connect()]
  await here.pass(60, async () => {
    await first.exchange(heartbeat())
    await second.exchange(heartbeat(SERIAL + 1))
  })
  return here
}

it('a logger that stops at noon is late, then missing, and live when it is back', async () => {
  const here = await morning()
  const [first, second] = [await here.connect(), await here.connect()]
  const otherSpeaks = () => second.exchange(heartbeat(SERIAL + 1))
  await reads(receiver, 'solar.logger.state', 1, { ...ids, state: 'live' })
  await reads(receiver, 'solar.fleet.expected', 2, { 'site.id': '40' })

  await here.pass(15, otherSpeaks)
  await reads(receiver, 'solar.logger.state', 1, { ...ids, state: 'live' })
  await reads(receiver, 'solar.logger.message_age', 960, ids)
  await here.pass(1, otherSpeaks)
  await reads(receiver, 'solar.logger.state', 1, { ...ids, state: 'late' })
  await reads(receiver, 'solar.logger.state', 0, { ...ids, state: 'live' })
  await reads(receiver, 'solar.fleet.loggers', 1, { state: 'late' })
  await reads(receiver, 'solar.fleet.silent', 0, { 'site.id': '40' })

  await here.pass(45, otherSpeaks)
  await reads(receiver, 'solar.logger.state', 1, { ...ids, state: 'missing' })
  await reads(receiver, 'solar.fleet.silent', 1, { 'site.id': '40' })
  await reads(receiver, 'solar.fleet.silent_share', 0.5, { 'site.id': '40' })
  await reads(receiver, 'solar.fleet.all.expected', 2)
  await reads(receiver, 'solar.fleet.all.expected_rate', 0.4)
  await reads(receiver, 'solar.fleet.all.silent', 1)
  await reads(receiver, 'solar.fleet.all.silent_share', 0.5)
  expect(here.fleet.status()).toMatchObject({ loggers: { live: 1, missing: 1 }, expected: 2, silent: 1 })

  await first.exchange(data(1))
  await here.pass(1, otherSpeaks)
  expect(changes(here)).toEqual([
    { previous_state: 'live', state: 'late', reason: 'overdue' },
    { previous_state: 'late', state: 'missing', reason: 'silent_in_daylight' },
    { previous_state: 'missing', state: 'live', reason: 'heard' },
  ])
  expect(here.lines.find(({ message }) => message === 'logger state changed')).toMatchObject({
    level: 'info',
    logger: 'fleet',
    inverter_id: 1,
    site_id: 40,
  })
})

it('in the night both are asleep, nothing is expected, and none is missing', async () => {
  const here = await morning()
  const [first, second] = [await here.connect(), await here.connect()]
  await here.pass(8 * 60, () =>
    Promise.all([first.exchange(heartbeat()), second.exchange(heartbeat(SERIAL + 1))]),
  )
  await here.pass(4 * 60)
  expect(changes(here)).toEqual([{ previous_state: 'live', state: 'asleep', reason: 'night' }])
  await reads(receiver, 'solar.logger.state', 1, { ...ids, state: 'asleep' })
  await reads(receiver, 'solar.fleet.expected', 0, { 'site.id': '40' })
  await reads(receiver, 'solar.fleet.silent_share', 0, { 'site.id': '40' })
  await reads(receiver, 'solar.fleet.loggers', 2, { state: 'asleep' })
})

it('the first evaluation after a start tells of no change', async () => {
  const here = await morning()
  await here.stop()
  const again = await startFleet({ folder: here.folder, nowMs: here.clock.now })
  await again.register([registered(SERIAL), registered(SERIAL + 1)])
  await again.pass(1)
  expect(again.fleet.status().loggers.live).toBe(2)
  expect(changes(again)).toEqual([])
})

it('a frame that came while our clock was ahead does not keep its logger young', async () => {
  const here = await startFleet()
  await here.register([registered(SERIAL)])
  here.clock.now = NOON_MS + 2 * HOUR_MS
  await (await here.connect()).exchange(heartbeat())
  here.clock.now = NOON_MS
  await here.pass(4)
  await reads(receiver, 'solar.logger.message_age', 180, ids)
})

it('a flood of changes is cut in the log', async () => {
  const env = { LOG_INFOS_PER_MINUTE: '5' }
  const here = await startFleet({ env })
  const serials = Array.from({ length: 20 }, (_, index) => SERIAL + index)
  await here.register(serials.map(serial => registered(serial)))
  await here.pass(1)
  const speaker = await here.connect()
  speaker.send(Buffer.concat(serials.map(serial => heartbeat(serial))))
  await speaker.take(serials.length * 23)
  await here.pass(1)
  expect(here.fleet.status().loggers.live).toBe(20)
  expect(here.lines.filter(({ message }) => message === 'logger state changed')).toHaveLength(5)
})

it('a whole collector evaluates by itself and shows the fleet in its status', async () => {
  const { collector, api, logger } = await startCollectorHere({
    FLEET_INTERVAL: '100ms',
    REGISTRY_REFRESH_INTERVAL: '20ms',
  })
  const evaluated = () => collector.status().fleet
  await until(() => evaluated().evaluated_at !== null, 'the first evaluation')
  api.loggers = { etag: '"b"', list: [registered(SERIAL), registered(SERIAL + 1)] }
  await until(() => evaluated().loggers.never_seen === 2, 'both to be judged')
  await (await logger()).exchange(heartbeat())
  await until(() => evaluated().loggers.live === 1, 'one to be live')
  await reads(receiver, 'solar.logger.state', 1, { ...ids, state: 'live' })
  await reads(receiver, 'solar.fleet.loggers', 1, { state: 'never_seen' })
})
