// `npm start -- --fault …` for every fault: the mails that it promises come to the mails page of lens, and no other.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitUntil } from '@deye-hard/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AN_HOUR_AGO_MS, FaultRun, type FaultRunOptions, LIMIT_MS, type Mail } from './fault-run.ts'
import { writeShortRules } from './short-rules.ts'

const TEST_LIMIT_MS = 900_000
const RANGE_MS = 15 * 60_000
/** Mailed once a day by every installation. */
const ALWAYS = 'Heartbeat info'
/** Of all inverters only those of the fault spoofed-serial say so. */
const SPOOFED_TOTAL_KWH = 1

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'short-rules-'))
  writeShortRules(root)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

// Side by side: most of the time they wait.
describe.concurrent('npm start --fault', { timeout: TEST_LIMIT_MS }, () => {
  test('silent-logger, corrupt-bytes and api-down, each to the end: a mail of each', async () => {
    const faults = [
      'silent-logger:seconds=0',
      'corrupt-bytes:count=6,seconds=0',
      'api-down:after=15,seconds=0',
    ]
    await follow({ faults, speed: 60, collectorOffsetMs: AN_HOUR_AGO_MS }, async run => {
      await run.phase('silent-logger', 'begin')
      await run.catchUp()
      await run.phase('api-down', 'begin')
      await onlyTheseCome(run, promised(run, 'firing'))
      const silent = (await run.fleet()).flatMap(({ serial, state }) => (state === 'missing' ? serial : []))
      expect(silent.length).toBeGreaterThanOrEqual(2)
      const listed = await textOf(run, 'InverterSilent')
      expect(silent.filter(serial => listed.includes(serial))).toEqual(silent)
      expect(await textOf(run, 'TargetDown')).toContain('solar-api')
    })
  })

  test('garbage-between: its mail, and the mail that it is over', async () => {
    await follow({ faults: ['garbage-between:count=48,seconds=45'], speed: 10 }, run =>
      onlyTheseCome(run, [...promised(run, 'firing'), ...promised(run, 'resolved')]),
    )
  })

  test('slow-loris: its mail, and the mail that it is over', async () => {
    const env = { FIRST_FRAME_TIMEOUT: '8s', UNFINISHED_FRAME_TIMEOUT: '3s' }
    await follow({ faults: ['slow-loris:seconds=45'], speed: 10, env }, run =>
      onlyTheseCome(run, [...promised(run, 'firing'), ...promised(run, 'resolved')]),
    )
  })

  test('flood, duplicate-burst, half-open and clock-1970: seen, and no mail; spoofed-serial: its mail', async () => {
    const names = ['flood', 'duplicate-burst', 'half-open', 'clock-1970', 'spoofed-serial']
    // The loggers of a stranger are found within seconds, between which the test may end a minute.
    const env = { LENS_ALERT_GROUP_WAIT: '90s' }
    await follow({ faults: names.map(name => `${name}:seconds=45`), speed: 10, env }, async run => {
      expect(promised(run, 'firing')).toEqual(['SerialContested warning'])
      await run.passMinutesUntil(async () => (await unseen(run)).length === 0, 'a trace of each fault')
      for (const name of names) await run.phase(name, 'end')
      await run.passMinute()
      await onlyTheseCome(run, promised(run, 'firing'))
      expect(await contested(run)).toEqual(await spoofed(run))
    })
  })

  test('an API that is away on purpose is no crash, and is back for the end of a run', async () => {
    const report = join(root, 'report.json')
    const faults = ['api-down:after=1,seconds=2', 'api-down:after=4,seconds=0']
    const args = ['--no-lens', '--duration', '8s', '--report', report]
    const run = await FaultRun.start({ faults, root, speed: 60, args })
    try {
      await run.started.waitForLine(line => line.includes('"trouble":["api away"]'), LIMIT_MS)
      const { code } = await run.started.exited
      expect([code, run.started.stderr]).toEqual([0, []])
      expect(run.started.stdout.filter(line => line.startsWith('{"event":"notice"'))).toEqual([])
      expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({
        passed: true,
        restarts: { api: 0 },
        ledger: { waiting: 0 },
      })
    } finally {
      await run.end()
    }
  })
})

async function follow(
  options: Omit<FaultRunOptions, 'root'>,
  story: (run: FaultRun) => Promise<void>,
): Promise<void> {
  const run = await FaultRun.start({ ...options, root })
  try {
    await story(run)
  } catch (error) {
    const mails = (await run.mails().catch(() => [])).map(nameOf)
    const states = Map.groupBy(await run.fleet().catch(() => []), ({ state }) => state)
    const loggers = [...states].map(([state, { length }]) => `${length} ${state}`)
    throw new Error(`mails: ${mails.join(', ')}; loggers: ${loggers.join(', ')}`, { cause: error })
  } finally {
    await run.end()
  }
}

/** What `npm start` has said beforehand. */
function promised({ planned }: FaultRun, status: 'firing' | 'resolved'): string[] {
  const mails = planned.flatMap(fault => fault.mails)
  return mails.map(({ rule, tier }) => `${rule} ${status === 'firing' ? tier : status}`)
}

/** And nothing else, after every rule has looked once more at a whole minute. */
async function onlyTheseCome(run: FaultRun, wanted: readonly string[]): Promise<void> {
  const came = async () => (await run.mails()).map(nameOf).filter(name => name !== ALWAYS)
  const haveCome = async () => {
    const names = await came()
    return wanted.every(name => names.includes(name))
  }
  await run.passMinutesUntil(haveCome, wanted.join(', '))
  const sinceMs = run.nowMs()
  const haveLooked = async () => (await run.evaluatedMs()) > sinceMs
  await waitUntil(haveLooked, { timeoutMs: LIMIT_MS, what: 'an evaluation of each rule' })
  expect((await came()).toSorted()).toEqual(wanted.toSorted())
}

function nameOf({ rule, status, subject }: Mail): string {
  const tier = /^\[([A-Z]+)\]/.exec(subject)?.[1]?.toLowerCase()
  return `${rule} ${status === 'firing' ? tier : status}`
}

async function textOf(run: FaultRun, rule: string): Promise<string> {
  const mail = (await run.mails()).find(one => one.rule === rule)
  return (await run.ask<{ text: string }>(`/api/mails/${mail?.id}`)).text
}

/** Serials of loggers that the mail lists. */
async function contested(run: FaultRun): Promise<string[]> {
  const listed = (await textOf(run, 'SerialContested')).matchAll(/under logger (\d+) /g)
  return [...new Set([...listed].map(([, serial]) => serial!))].toSorted()
}

/** Those of which a stranger has rows. */
async function spoofed(run: FaultRun): Promise<string[]> {
  const rows = await run.query(
    `SELECT DISTINCT logger_serial::text AS serial FROM measurement JOIN inverter i ON i.id = inverter_id
     WHERE energy_total_kwh = ${SPOOFED_TOTAL_KWH} ORDER BY 1`,
  )
  return rows.map(({ serial }) => String(serial))
}

/** The faults of which nothing is there yet: each leaves behind what no other does. */
async function unseen(run: FaultRun): Promise<string[]> {
  const outcomes = await panel(run, 'message-outcome')
  const connections = await panel(run, 'connections')
  const [rows] = await run.query(
    `SELECT count(*) FILTER (WHERE energy_total_kwh = ${SPOOFED_TOTAL_KWH})::int AS spoofed,
      count(*) FILTER (WHERE time_quality = 'unknown')::int AS timeless FROM measurement`,
  )
  const left = {
    'duplicate-burst': sumOf(outcomes, 'C'),
    flood: sumOf(outcomes, 'D', 'unknown_logger'),
    'half-open': sumOf(connections, 'A') - sumOf(connections, 'B'),
    'spoofed-serial': Number(rows?.spoofed),
    'clock-1970': Number(rows?.timeless),
  }
  expect(Object.keys(left).toSorted()).toEqual(run.planned.map(({ name }) => name).toSorted())
  return Object.entries(left).flatMap(([name, trace]) => (trace > 0 ? [] : name))
}

interface PanelData {
  results: { query: string; series: { labels: Record<string, string>; values: [number, number][] }[] }[]
}

function panel(run: FaultRun, name: string): Promise<PanelData> {
  const endMs = run.nowMs()
  const variables = { environment: '__all__', site: '__all__', inverter: '__all__' }
  return run.ask('/api/query', {
    dashboard: 'collector',
    panel: name,
    startMs: endMs - RANGE_MS,
    endMs,
    variables,
  })
}

function sumOf({ results }: PanelData, query: string, reason?: string): number {
  const series = results.filter(result => result.query === query).flatMap(result => result.series)
  const chosen = series.filter(({ labels }) => reason === undefined || labels.reason === reason)
  return chosen.flatMap(({ values }) => values).reduce((sum, [, value]) => sum + value, 0)
}
