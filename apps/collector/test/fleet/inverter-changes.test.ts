// Two inverters under one logger: from live records on sockets to the series of that logger and a log line.
import { CONTROL, decodeDeyeMicro } from '@deye-hard/solarman-v5'
import { buildDeyeMicroData, loadVectors } from '@deye-hard/solarman-v5/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { inverterSerial } from '../../src/fleet/inverter-serial.ts'
import { reads, startTelemetryHere } from '../signals/telemetry-here.ts'
import { nextExport } from './exports.ts'
import { type FleetHere, framesOf, NOON_MS, registered, SERIAL, startFleet } from './fleet-here.ts'

const NAME = 'solar.logger.inverter_changes'
const OWN = '2212345678'
const OTHER = '2999999999'
const BUFFERED = 0x81

const receiver = await startTelemetryHere()
const labels = { 'logger.serial': String(SERIAL) }
let counter = 0

beforeEach(() => receiver.clear())

it('counts each change, and forgets it after half an hour', async () => {
  const here = await startFleet()
  await here.register([registered(SERIAL), registered(SERIAL + 1)])
  const [own, stranger] = [await here.connect(), await here.connect()]
  await own.exchange(record(OWN))
  await own.exchange(record(OWN))
  await stranger.exchange(record(OTHER))
  await own.exchange(record(OWN))
  await here.pass(1)
  await reads(receiver, NAME, 2, labels)
  expect(told(here)).toEqual([
    { inverter_serial: OTHER, previous_inverter_serial: OWN },
    { inverter_serial: OWN, previous_inverter_serial: OTHER },
  ])
  await here.pass(36)
  await reads(receiver, NAME, 0, labels)
})

it('has no series of a logger that names one inverter, live or buffered, and none of a stranger', async () => {
  const here = await startFleet()
  await here.register([registered(SERIAL)])
  const connection = await here.connect()
  await connection.exchange(record(OWN))
  await connection.exchange(record(OTHER, { frameType: BUFFERED }))
  await connection.exchange(record(OWN))
  for (const serial of [OWN, OTHER]) await connection.exchange(record(serial, { loggerSerial: SERIAL + 9 }))
  await here.pass(1)
  expect((await nextExport(receiver)).map(({ name }) => name)).not.toContain(NAME)
  expect(told(here)).toEqual([])
})

it('says as many lines as LOG_WARNINGS_PER_MINUTE allows, and counts on', async () => {
  const here = await startFleet({ env: { LOG_WARNINGS_PER_MINUTE: '3' } })
  await here.register([registered(SERIAL)])
  const connection = await here.connect()
  for (let change = 0; change <= 8; change += 1) await connection.exchange(record(change % 2 ? OTHER : OWN))
  await here.pass(1)
  await reads(receiver, NAME, 8, labels)
  expect(told(here)).toHaveLength(3)
})

it('knows nothing of the logger whose place is taken by another', async () => {
  const here = await startFleet()
  await here.register([registered(SERIAL)])
  const connection = await here.connect()
  for (const serial of [OWN, OTHER, OWN]) await connection.exchange(record(serial))
  await here.register([])
  await here.pass(1)
  await here.register([registered(SERIAL + 1)])
  for (const serial of [OWN, OTHER])
    await (await here.connect()).exchange(record(serial, { loggerSerial: SERIAL + 1 }))
  await here.pass(1)
  await reads(receiver, NAME, 1, { 'logger.serial': String(SERIAL + 1) })
})

describe('inverterSerial', () => {
  it('agrees with the decoder on every captured frame, and says nothing of buffered ones', () => {
    const frames = loadVectors().flatMap(({ bytes }) => framesOf(bytes))
    const expected = frames.map(({ code, payload }) => {
      const decoded = code === CONTROL.data && payload[0] === 0x01 ? decodeDeyeMicro(payload) : null
      return decoded?.kind === 'decoded' ? decoded.inverterSerial : null
    })
    expect(new Set(expected).size).toBeGreaterThan(1)
    expect(frames.map(inverterSerial)).toEqual(expected)
  })

  it('is null or what the decoder says, whichever byte is missing or turned', () => {
    const whole = framesOf(record('Y17 '))[0]!.payload
    for (let offset = 0; offset <= whole.length; offset += 1) {
      const turned = Buffer.from(whole)
      if (offset < whole.length) turned[offset]! ^= 0xff
      for (const payload of [whole.subarray(0, offset), turned]) {
        const decoded = payload[0] === 0x01 ? decodeDeyeMicro(payload) : null
        const expected = decoded?.kind === 'decoded' ? decoded.inverterSerial : null
        expect(inverterSerial({ code: CONTROL.data, payload })).toBe(expected)
      }
    }
  })
})

function record(
  serial: string,
  { loggerSerial = SERIAL, frameType = 0x01 }: { loggerSerial?: number; frameType?: 0x01 | 0x81 } = {},
): Buffer {
  counter += 1
  return buildDeyeMicroData({
    ...{ loggerSerial, frameType, inverterSerial: serial, recordCounter: counter },
    ...{ workTimeS: 5_000 + counter, powerOnS: 600, offsetS: Math.floor(NOON_MS / 1_000) - 5_000 },
  })
}

function told({ lines }: FleetHere): object[] {
  return lines
    .filter(({ message }) => message === 'logger names another inverter')
    .map(({ inverter_serial, previous_inverter_serial }) => ({ inverter_serial, previous_inverter_serial }))
}
