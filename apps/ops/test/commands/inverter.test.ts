// `ops inverter`, as processes against a real database.
import { createTestDatabase, type TestDatabase } from '@deye-hard/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerOf, runOps } from '../run-ops.ts'

const BERLIN = ['--latitude', '52.52', '--longitude', '13.4', '--timezone', 'Europe/Berlin']
let database: TestDatabase
let env: Record<string, string>

beforeAll(async () => {
  database = await createTestDatabase()
  env = { DATABASE_URL: database.url }
  await answerOf(['migrate'], { env })
  await answerOf(['user', 'add', 'anna@example.org'], { env, stdin: 'correct horse battery\n' })
})
afterAll(() => database?.drop())

function add(serial: number, ...rest: string[]): string[] {
  const named = ['--site', 'Anna, Berlin', '--user', 'anna@example.org', '--name', 'Garage']
  return ['inverter', 'add', '--logger-serial', String(serial), ...named, ...rest]
}

test('a new site needs a place, exit 2, and nothing is left behind', async () => {
  const { code, stderr } = await runOps(add(2_700_000_001, '--latitude', '52.52'), { env })
  expect(code).toBe(2)
  expect(stderr).toBe('Site "Anna, Berlin" is new and needs --longitude, --timezone.\n')
})

test('add makes site and inverter, list shows both', async () => {
  const facts = ['--rated-power-w', '800', '--battery', '--upload-interval', '300']
  const added = await answerOf(add(2_700_000_001, ...BERLIN, ...facts), { env })
  expect(added).toMatchObject({ outcome: 'added', logger_serial: 2_700_000_001 })
  const { inverters } = (await answerOf(['inverter', 'list'], { env })) as { inverters: unknown[] }
  expect(inverters).toEqual([
    expect.objectContaining({
      id: added.id,
      logger_serial: 2_700_000_001,
      name: 'Garage',
      rated_power_w: 800,
      has_battery: true,
      upload_interval_s: 300,
      last_received_at: null,
      site: {
        id: added.site_id,
        name: 'Anna, Berlin',
        latitude: 52.52,
        longitude: 13.4,
        timezone: 'Europe/Berlin',
      },
    }),
  ])
})

test('a second inverter joins the site by name, without its place', async () => {
  const added = await answerOf(add(2_700_000_002), { env })
  const { inverters } = (await answerOf(['inverter', 'list'], { env })) as {
    inverters: { site: { id: number } }[]
  }
  expect(inverters.map(one => one.site.id)).toEqual([added.site_id, added.site_id])
})

test('another place for a known site is refused', async () => {
  const { code, stderr } = await runOps(add(2_700_000_003, '--latitude', '48'), { env })
  expect(code).toBe(1)
  expect(stderr).toContain('is known with latitude 52.52')
})

test('a logger that belongs to another inverter is refused, and its site is not made', async () => {
  const args = add(2_700_000_001, ...BERLIN).map(part => (part === 'Anna, Berlin' ? 'New site' : part))
  const { code, stderr } = await runOps(args, { env })
  expect(code).toBe(1)
  expect(stderr).toContain('Logger 2700000001 belongs to inverter')
  const { code: later, stderr: reason } = await runOps(args.slice(0, -6), { env })
  expect([later, reason]).toEqual([2, expect.stringContaining('is new and needs')])
})

test('an unknown user is refused', async () => {
  const args = add(2_700_000_004).map(part => (part === 'anna@example.org' ? 'nobody@example.org' : part))
  const { code, stderr } = await runOps(args, { env })
  expect(code).toBe(1)
  expect(stderr).toContain('Unknown user nobody@example.org: add one first')
})

test.each([
  [['--logger-serial', '0'], 'whole number from 1 to 4294967295'],
  [['--logger-serial', '4294967296'], 'whole number from 1 to 4294967295'],
  [['--latitude', '91'], 'number from -90 to 90'],
  [['--timezone', 'Berlin'], 'IANA name'],
])('%s names the form expected, exit 2', async (option, form) => {
  const { code, stderr } = await runOps([...add(2_700_000_005), ...option], { env })
  expect(code).toBe(2)
  expect(stderr).toContain(form)
})
