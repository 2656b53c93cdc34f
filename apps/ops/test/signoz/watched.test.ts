// The repository's dashboards and rules on a whole running system: every panel has data, named rules fire, mail and end, a calm is silent.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { loadMonitoring } from '@deye-hard/monitoring'
import { databaseKinds } from '@deye-hard/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROJECT_ROOT } from '../../src/project.ts'
import { waitForSigNoz } from '../../src/provision/waiting.ts'
import { openBrowser } from './signoz.ts'
import { panelsThatDiffer } from './watched/agreement.ts'
import { BROKEN } from './watched/broken.ts'
import { isRecorded, recordDrill } from './watched/drill-record.ts'
import { AT_NIGHT, SILENT } from './watched/fleet.ts'
import { labFolder } from './watched/lab.ts'
import { panelsWithoutData } from './watched/panels.ts'
import { lookOver } from './watched/pictures.ts'
import { liveThrough, type Story } from './watched/story.ts'
import { startWatched, type Watched } from './watched/watched-system.ts'

const { lab, missing: noLab } = labFolder(process.env)
const [, timescale] = await databaseKinds()
const missing = noLab ?? timescale!.missing
const STORY_LIMIT_MS = 1_200_000
const DASHBOARDS = ['home', 'api', 'collector', 'database', 'fleet'] as const
/** Since before anything broke. */
const PANEL_MINUTES = 15
/** Both evaluate every 15 s and wait 5 s before a mail, each at times of its own, on a machine that does much else. */
const APART_MS = 75_000
const PICTURES = process.env.SIGNOZ_PICTURES ?? ''

/** The first mail of each rule; the disk is as full as the test makes it. */
const SUBJECTS: Readonly<Record<(typeof BROKEN)[number] | 'Heartbeat', RegExp>> = {
  CollectorSilent:
    /^\[CRITICAL\] solar-collector: No frame from any logger, though 57\.1% of the fleet should /,
  ApiErrorRate: /^\[CRITICAL\] solar-api: \d[\d.]*% of the answers of the API are errors \(limit 10%\)$/,
  PoolSaturation:
    /^\[(?:CRITICAL|WARNING)\] solar-api: \d[\d.]*% of the connection pool of the API .*\(limit [89]0%\)$/,
  DiskAlmostFull: /^\[CRITICAL\] host: File system \/\S* is \d[\d.]*% full \(limit \d[\d.]*%\)$/,
  TokenRefreshFailures: /^\[CRITICAL\] solar-api: \d+ refreshes of tokens fail per minute \(limit 10\)$/,
  InverterSilent: /^\[INFO\] .*Inverter \d+ of site \d+ .* silent for .* \(limit 1 hour\) \(3 alerts\)$/,
  ParseErrors: /^\[WARNING\] solar-collector: .*\(limit 5%\)$/,
  SlowQueries: /^\[WARNING\] database: \d[\d.]* slow statements a minute \(limit 5\)$/,
  ApiLatency: /^\[WARNING\] solar-api: p99 of the API is \d[\d.]* s \(limit 2 s\)$/,
  CompressionLag: /^\[INFO\] database: Chunks of measurement wait .* \(limit 1 week\)$/,
  UncompressedChunks: /^\[INFO\] database: 50% of the chunks of measurement that are due .*\(limit 10%\)$/,
  JobFailed: /^\[WARNING\] database: Job \d+ a_job_of_the_test {1,2}failed \d+ times in two hours$/,
  Heartbeat: /^\[INFO\] monitoring: Alert mails work: \d+ metric points came /,
}
/**
 * True as well, but not for sure: who waits for a lock is late, a minute in which a fleet begins or ends may have half its frames, and
 * whoever looks for telemetry finds none at the end.
 */
const MAY_SPEAK = ['StorageWriteLatency', 'IngestRateLow', 'TargetDown']
/** One answer in a hundred may take a second where two processors run two SigNozes, a browser and everything else: that is no false alarm. */
const SLOW_MACHINE = /^\[(?:INFO|RESOLVED)\] solar-api: p99 of the API is .* \(limit 1 s\)$/

if (missing !== null) process.stderr.write(`Tests on a watched system are skipped: ${missing}.\n`)

describe.skipIf(missing !== null)('a watched system', () => {
  let watched: Watched
  let story: Story
  let hasBrowser = false
  const empty: Record<string, string[]> = {}
  const drawn: Record<string, string[]> = {}
  let differing: Awaited<ReturnType<typeof panelsThatDiffer>>
  const { monitoring } = loadMonitoring(PROJECT_ROOT)

  beforeAll(async () => {
    const beganMs = Date.now()
    const progress = (line: string) =>
      process.stdout.write(`${((Date.now() - beganMs) / 1_000).toFixed(0).padStart(4)} s  ${line}\n`)
    watched = await startWatched(lab!)
    progress('the system runs')
    const whileMending = async () => {
      const { client, signoz } = watched
      for (const name of DASHBOARDS) empty[name] = await panelsWithoutData(client, name, PANEL_MINUTES)
      const open = await openBrowser(signoz.address)
      hasBrowser = open !== null
      for (const name of open === null ? [] : DASHBOARDS)
        drawn[name] = await lookOver(open!.page, client, name, PICTURES)
      await open?.browser.close()
      progress('all panels are asked and drawn')
    }
    const meanwhile = async () => {
      differing = await panelsThatDiffer(watched, monitoring, PANEL_MINUTES)
      progress(`${differing.faults.length} of ${differing.asked} panels differ between SigNoz and lens`)
    }
    story = await liveThrough(watched, { whileMending, meanwhile, progress })
    if (isRecorded(process.env)) await record()
  }, STORY_LIMIT_MS)
  afterAll(() => watched?.end())

  test.each(DASHBOARDS)('has data for every panel of the dashboard %s', name => {
    expect(empty[name]).toEqual([])
  })

  test.for(DASHBOARDS)('shows every panel of the dashboard %s in the browser', (name, context) => {
    if (!hasBrowser) return context.skip('no Chromium is installed')
    expect(drawn[name]).toEqual([])
  })

  test.each(Object.entries(SUBJECTS))('%s fires, mails, and mails when it is over', (rule, subject) => {
    const mails = story.mails.filter(mail => mail.rule === rule)
    expect(mails[0]).toMatchObject({ isResolved: false, subject: expect.stringMatching(subject) })
    expect(mails.at(-1)).toMatchObject({ isResolved: true })
    expect(mails[0]!.lines).toEqual(expect.arrayContaining(['Since', 'Value', 'Hits', 'First', 'Runbook']))
  })

  test('tells three silent inverters in one mail, and those at night in none', () => {
    const [first, ...rest] = story.mails.filter(mail => mail.rule === 'InverterSilent')
    const text = first!.lines.join('\n')
    for (const serial of SILENT) expect(text).toContain(`(logger ${serial})`)
    expect(rest.map(mail => mail.isResolved)).toEqual([true])
    const all = story.mails.flatMap(mail => [mail.subject, ...mail.lines]).join('\n')
    for (const serial of AT_NIGHT) expect(all).not.toContain(String(serial))
  })

  test('mails of nothing but what broke', () => {
    const rules = new Set(story.mails.map(mail => mail.rule))
    const expected = new Set<string>([...BROKEN, 'Heartbeat', ...MAY_SPEAK])
    expect([...rules].filter(rule => !expected.has(rule))).toEqual([])
  })

  test('is silent through a normal day and night, with every rule on watch', () => {
    const during = ({ sentMs }: { sentMs: number }) => sentMs > story.calmFromMs && sentMs < story.calmUntilMs
    const subjects = story.mails.filter(during).map(({ subject }) => subject)
    expect(subjects.filter(subject => !SLOW_MACHINE.test(subject))).toEqual([])
    const files = readdirSync(join(PROJECT_ROOT, 'alerts/rules')).map(file => file.replace('.json', ''))
    const states = Object.fromEntries(story.rules.map(({ alert, state }) => [alert, state]))
    const wanted = files.map(rule => [rule, rule === 'Heartbeat' ? 'firing' : 'inactive'])
    expect(states).toEqual(Object.fromEntries(wanted))
  })

  test('shows in lens what it shows in SigNoz', () => {
    expect(differing).toEqual({ asked: panelCount(), faults: [] })
  })

  test('has every rule in the same state in lens as in SigNoz', () => {
    const { length } = monitoring.rules
    expect(story.agreed).toEqual({ broken: length, calm: length })
  })

  test.each([...BROKEN, 'Heartbeat'])(
    '%s mails in lens when it does in SigNoz, and when it is over',
    rule => {
      const ofRule = <T extends { rule: string }>(mails: readonly T[]) =>
        mails.filter(mail => mail.rule === rule)
      const [lens, signoz] = [ofRule(story.lensMails), ofRule(story.mails)]
      expect(lens[0]).toMatchObject({ isResolved: false })
      expect(Math.abs(lens[0]!.receivedMs - signoz[0]!.sentMs)).toBeLessThan(APART_MS)
      if (rule === 'Heartbeat') return
      expect(lens.at(-1)).toMatchObject({ isResolved: true })
      expect(Math.abs(lens.at(-1)!.receivedMs - signoz.at(-1)!.sentMs)).toBeLessThan(APART_MS)
    },
  )

  test('mails in lens of nothing but what broke', () => {
    const expected = new Set<string>([...BROKEN, 'Heartbeat', ...MAY_SPEAK])
    expect(story.lensMails.filter(({ rule }) => !expected.has(rule))).toEqual([])
  })

  test('has no span that failed while nothing was wrong', () => {
    expect(story.failedSpans).toEqual([])
  })

  function panelCount(): number {
    return monitoring.dashboards.reduce(
      (sum, { document }) => sum + Object.keys(document.spec.panels).length,
      0,
    )
  }

  async function record(): Promise<void> {
    const { ledger } = await watched.system.status()
    const { received, stored, duplicates: duplicate, quarantined, unaccounted } = ledger
    const counts = monitoring.dashboards.map(({ name, document }) => {
      const asked = Object.keys(document.spec.panels).length
      const faults = empty[name]!.map(fault => /^\S+ (\S+): (.*)$/s.exec(fault)!.slice(1, 3))
      const missing = faults.length === 0 ? {} : { empty: Object.fromEntries(faults) }
      return [name, { asked, withData: asked - faults.length, ...missing }] as const
    })
    recordDrill(story, {
      signoz: await waitForSigNoz(watched.client, { limitMs: 10_000, anyVersion: true, progress: () => {} }),
      window: '1m0s',
      panels: Object.fromEntries(counts),
      ledger: { received, stored, duplicate, quarantined, unaccounted },
      agreement: {
        panels: { asked: differing.asked, agree: differing.asked - differing.faults.length },
        rules: { asked: monitoring.rules.length, agree: story.agreed.calm },
      },
    })
  }
})
