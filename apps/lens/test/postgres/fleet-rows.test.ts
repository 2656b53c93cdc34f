// Rows of the fleet from a real database: curves with their nights, and what became of one frame; what cannot be read says why.
import { buildFrame } from '@deye-hard/solarman-v5/testing'
import { createMigratedDatabase, type MigratedDatabase } from '@deye-hard/testkit'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bounds, countsOfLimits, PAGE_LIMITS, UNCOUNTED } from '../../src/pages/bounds.ts'
import { fleetPower } from '../../src/pages/fleet-power.ts'
import { frameStory } from '../../src/pages/frame-story.ts'
import { type FleetRows, openFleetRows } from '../../src/postgres/fleet-rows.ts'

const TIMEOUT_MS = 20_000
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Noon in Berlin, at a full quarter hour. */
const NOW_MS = Date.UTC(2026, 5, 21, 10)
const SERIALS = ['4000000001', '4000000002']
const SSID = 'Home of Erika'

let database: MigratedDatabase
let rows: FleetRows

beforeAll(async () => {
  database = await createMigratedDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await seed(client)
  await client.end()
  rows = openFleetRows({ databaseUrl: database.viewerUrl, timeoutMs: TIMEOUT_MS })
})
afterAll(async () => {
  await rows?.close()
  await database?.drop()
})

async function seed(client: pg.Client): Promise<void> {
  await client.query(
    "INSERT INTO site (name, latitude, longitude, timezone) VALUES ('Erika', 52.5, 13.4, 'Europe/Berlin')",
  )
  for (const serial of SERIALS)
    await client.query(
      `INSERT INTO inverter (site_id, logger_serial, name, rated_power_w) SELECT id, $1, $2, 800 FROM site`,
      [serial, `of ${serial}`],
    )
  const row = (ms: number, watts: number, buffered = false, receivedMs = ms) =>
    client.query(
      `INSERT INTO measurement (inverter_id, time, received_at, record_counter, dedupe_key, buffered, time_quality, ac_active_power_w)
       SELECT id, $2, $3, 7, gen_random_uuid(), $4, 'exact', $5 FROM inverter WHERE logger_serial = $1`,
      [SERIALS[0], new Date(ms), new Date(receivedMs), buffered, watts],
    )
  await row(NOW_MS - HOUR_MS + MINUTE_MS, 100)
  await row(NOW_MS - HOUR_MS + 2 * MINUTE_MS, 202)
  await row(NOW_MS - MINUTE_MS, 400)
  await row(NOW_MS - 25 * HOUR_MS, 999)
  await row(NOW_MS - 3 * HOUR_MS, 300, true, NOW_MS - MINUTE_MS + 2)
  const frames = [
    { code: 0x42, payload: Buffer.from([2, 1, 2, 3]) },
    { code: 0x43, payload: Buffer.concat([Buffer.alloc(60, 1), Buffer.from(SSID)]) },
  ]
  for (const [index, frame] of frames.entries())
    await client.query(
      `INSERT INTO quarantine (received_at, quarantined_at, collector_id, logger_serial, control_code, reason, detail, frame)
       VALUES ($1, now(), 'c', $2, 'x', 'undecodable_payload', 'too short', $3)`,
      [
        new Date(NOW_MS + index * MINUTE_MS),
        SERIALS[1],
        buildFrame({ ...frame, loggerSerial: Number(SERIALS[1]) }),
      ],
    )
  await client.query(
    "INSERT INTO logger_event (logger_serial, received_at, event_type, data) VALUES ($1, $2, 'hello', $3)",
    [SERIALS[0], new Date(NOW_MS), { ssid: SSID }],
  )
}

describe('power', () => {
  it('is the mean of each quarter of an hour of the last day, with the night of the site', async () => {
    const answer = await fleetPower(rows, NOW_MS, UNCOUNTED)
    if (answer.kind === 'refused') throw new Error(answer.reason)
    const [first, second] = answer.curves
    expect([first?.serial, first?.ratedW]).toEqual([SERIALS[0], 800])
    const drawn = first!.watts.flatMap((watts, step) =>
      watts === null ? [] : [[(answer.startMs + step * answer.stepMs - NOW_MS) / MINUTE_MS, watts]],
    )
    expect(drawn).toEqual([
      [-180, 300],
      [-60, 151],
      [-15, 400],
    ])
    expect(second?.watts.every(watts => watts === null)).toBe(true)
    const [night, ...others] = first!.nights
    expect(others).toEqual([])
    // Midsummer: from half past nine in the evening to a quarter to five.
    expect(Math.abs(night!.startMs - Date.UTC(2026, 5, 20, 19, 33))).toBeLessThan(10 * MINUTE_MS)
    expect(Math.abs(night!.endMs - Date.UTC(2026, 5, 21, 2, 43))).toBeLessThan(10 * MINUTE_MS)
  })

  it('is of so many loggers, which is counted', async () => {
    const counts = countsOfLimits()
    const answer = await fleetPower(rows, NOW_MS, tight(counts))
    expect(answer).toMatchObject({ isCut: true, curves: { length: 1 } })
    expect(counts.curves).toBe(1)
  })
})

describe('the frame of a span', () => {
  const story = (serial: string, atMs: number, bounds: Bounds = UNCOUNTED) =>
    frameStory(rows, { serial, startMs: atMs, endMs: atMs + 5 }, bounds)

  it('became the row that was received then', async () => {
    expect(await story(SERIALS[0]!, NOW_MS - MINUTE_MS - 1)).toMatchObject({
      rows: [
        { offsetMs: 1, values: { ac_active_power_w: 400, buffered: false, record_counter: 7 } },
        { offsetMs: 3, values: { ac_active_power_w: 300, buffered: true } },
      ],
      quarantined: [],
      events: [],
      isCut: false,
    })
  })

  it('is one of more than are shown, which is counted', async () => {
    const counts = countsOfLimits()
    expect(await story(SERIALS[0]!, NOW_MS - MINUTE_MS, tight(counts))).toMatchObject({
      isCut: true,
      rows: { length: 1 },
    })
    expect(counts.frameRows).toBe(1)
  })

  it('is in quarantine with its bytes, or was an event, or is not there', async () => {
    expect(await story(SERIALS[1]!, NOW_MS)).toMatchObject({
      rows: [],
      quarantined: [
        {
          offsetMs: 0,
          reason: 'undecodable_payload',
          detail: 'too short',
          hex: expect.stringMatching(/^a50400.*15$/),
          decoded: { valid: true, code_name: 'data', logger_serial: 4_000_000_002 },
        },
      ],
    })
    expect(await story(SERIALS[0]!, NOW_MS)).toMatchObject({
      rows: [],
      events: [{ type: 'hello', offsetMs: 0 }],
    })
    expect(await story(SERIALS[0]!, NOW_MS + HOUR_MS)).toMatchObject({
      rows: [],
      quarantined: [],
      events: [],
    })
  })

  it('shows no bytes in which a logger names the network of its owner', async () => {
    const answer = await story(SERIALS[1]!, NOW_MS + MINUTE_MS)
    expect(answer).toMatchObject({ quarantined: [{ hex: null, decoded: { code_name: 'wifi-info' } }] })
    expect(JSON.stringify(answer)).not.toMatch(new RegExp(`${SSID}|${Buffer.from(SSID).toString('hex')}`))
  })
})

describe('what cannot be read', () => {
  const reasonOf = async (databaseUrl: string) => {
    const other = openFleetRows({ databaseUrl, timeoutMs: TIMEOUT_MS })
    const answer = await fleetPower(other, NOW_MS, UNCOUNTED)
    expect(other.status()).toMatchObject({ asked: 1, failed: 1 })
    await other.close()
    return answer.kind === 'refused' ? answer.reason : answer.kind
  }

  it('says why', async () => {
    expect(await fleetPower(undefined, NOW_MS, UNCOUNTED)).toMatchObject({
      reason: expect.stringContaining('LENS_DATABASE_URL is not set'),
    })
    expect(await reasonOf('postgres://nobody@127.0.0.1:1/nothing')).toBe('the database does not answer')
    const empty = new URL(database.url)
    empty.pathname = '/postgres'
    expect(await reasonOf(empty.href)).toContain('has no such table')
  })

  it('names the role that may not read', async () => {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    const { username } = new URL(database.viewerUrl)
    await client.query(`REVOKE SELECT ON measurement FROM ${username}`)
    expect(await reasonOf(database.viewerUrl)).toContain('may not read them')
    await client.query(`GRANT SELECT ON measurement TO ${username}`)
    await client.end()
  })

  it('is read by a role that cannot change anything', async () => {
    const owner = openFleetRows({ databaseUrl: database.url, timeoutMs: TIMEOUT_MS })
    expect(await owner.messages("1'; DROP TABLE measurement; --", 0, 1, 1)).toMatchObject({ kind: 'refused' })
    expect(await fleetPower(owner, NOW_MS, UNCOUNTED)).toMatchObject({ kind: 'data' })
    await owner.close()
  })
})

function tight(counts: ReturnType<typeof countsOfLimits>): Bounds {
  return {
    limits: { ...PAGE_LIMITS, curves: 1, frameRows: 1 },
    hit: limit => {
      counts[limit] += 1
    },
  }
}
