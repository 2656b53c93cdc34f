// What happens to the watched system: twelve rules have reason to speak, all is mended, a normal day and night go by, and telemetry stops.
import { loadMonitoring } from '@deye-hard/monitoring'
import { waitUntil } from '@deye-hard/testkit'
import { PROJECT_ROOT } from '../../../src/project.ts'
import { provision } from '../../../src/provision/provision.ts'
import { accounts, badInput, type Ground, realFrames } from '../../tour/stages.ts'
import { ask, EMAIL_TO } from '../provisioned.ts'
import { SigNoz } from '../signoz.ts'
import { statesAgree } from './agreement.ts'
import { type AlertMail, readAlertMail } from './alert-mail.ts'
import { Breakage } from './breakage.ts'
import { BROKEN } from './broken.ts'
import { AT_NIGHT, AWAKE, SILENT, SimulatedFleet } from './fleet.ts'
import { People } from './people.ts'
import { DiskFill, shortened } from './shortened.ts'
import type { LensMail } from './watched-lens.ts'
import { BEGIN_OFFSET_MS, type Watched } from './watched-system.ts'

/** The collector takes a leap of five minutes for its own absence, which it holds against no logger. */
const STEP_MS = 4 * 60_000
const MINUTE_MS = 60_000
/** For everything to break before the minute begins. */
const BREAK_MS = 4_000
const USERS = 8
const STRANGER = 3_849_999_999
const LIMIT_MS = 60_000
/** Windows of a minute, points a minute late, groups of mails: three minutes when nothing else is slow. */
const MAIL_LIMIT_MS = 300_000
/** Each rule looks at a full minute at least, again and again. */
const CALM_MS = 80_000

export interface Story {
  /** In the order in which they were sent. */
  mails: AlertMail[]
  /** When all was mended and every mail said so, and the end of the time of which no mail may tell. */
  calmFromMs: number
  calmUntilMs: number
  /** At the end of the calm. */
  rules: { alert: string; state: string }[]
  /** `service name` of the spans of the calm that failed. */
  failedSpans: string[]
  /** When everything broke, when it was mended, when the telemetry collector was killed. */
  brokenMs: number
  mendedMs: number
  killedMs: number
  lensMails: LensMail[]
  /** Rules that were in the same state in both, at the same moment: when all that broke had fired, and in the calm. */
  agreed: { broken: number; calm: number }
}

interface Hooks {
  /** All is mended, and much of it is not told yet: there is time to look at everything. */
  whileMending: () => Promise<void>
  /** While nothing is wrong. */
  meanwhile: () => Promise<void>
  progress: (line: string) => void
}

/** Rejects when a step does not happen in time. */
export async function liveThrough(watched: Watched, hooks: Hooks): Promise<Story> {
  const running: { end(): Promise<void> }[] = []
  const mails = () => watched.mailbox.mails.map(readAlertMail)
  try {
    await passSilence(watched)
    hooks.progress('an hour and a half of silence is over')
    const { awake, breakage, disk } = await beOrdinary(watched, running)
    hooks.progress('a minute like any other is over')
    await awake.end()
    const brokenMs = Date.now()
    await breakage.begin()
    await provisionShortened(watched, disk)
    hooks.progress('SigNoz is provisioned')
    await mailsCome(mails, [...BROKEN, 'Heartbeat'], { isResolved: false, progress: hooks.progress })
    const broken = await statesAgree(watched)
    hooks.progress(`SigNoz and lens agree on ${broken} rules`)
    const mendedMs = Date.now()
    await breakage.mend()
    running.push(SimulatedFleet.start(watched.system, [...AWAKE, ...SILENT, ...AT_NIGHT]))
    await Promise.all([
      mailsCome(mails, BROKEN, { isResolved: true, progress: hooks.progress }),
      hooks.whileMending(),
    ])
    hooks.progress('all is mended')
    const calm = await calmTime(watched, hooks)
    const agreed = { broken, calm: await statesAgree(watched) }
    const killedMs = Date.now()
    watched.signoz.killCollector()
    await mailsCome(mails, ['Heartbeat'], { isResolved: true, progress: hooks.progress })
    const lensMails = await watched.lens.mails()
    return { mails: mails(), ...calm, brokenMs, mendedMs, killedMs, lensMails, agreed }
  } finally {
    for (const one of running) await one.end()
  }
}

/** Loggers and users as on any day, until all but the end of a whole minute of it has gone by. */
async function beOrdinary(
  watched: Watched,
  running: { end(): Promise<void> }[],
): Promise<{ awake: SimulatedFleet; breakage: Breakage; disk: DiskFill }> {
  const { system } = watched
  const awake = SimulatedFleet.start(system, [...AWAKE, ...AT_NIGHT])
  running.push(awake)
  const people = await People.start(system, USERS)
  running.push(people)
  const disk = new DiskFill(watched.folder)
  const breakage = new Breakage(system, people, disk)
  running.push({ end: () => breakage.mend() })
  await breakage.prepare()
  // Rules look at full minutes: the next shall be wrong from its begin, and the one before is all that they know.
  await Promise.all([useEverything(system), clockReads(minuteAfter(Date.now()) + MINUTE_MS - BREAK_MS)])
  return { awake, breakage, disk }
}

async function calmTime(
  { client, signoz }: Watched,
  { meanwhile, progress }: Hooks,
): Promise<Pick<Story, 'calmFromMs' | 'calmUntilMs' | 'rules' | 'failedSpans'>> {
  const calmFromMs = Date.now()
  // To the end of a minute: what ends then has no full minute of its own.
  await Promise.all([meanwhile(), clockReads(minuteAfter(calmFromMs + CALM_MS) - BREAK_MS)])
  const rules = await ask<Story['rules']>(client, '/api/v2/rules')
  const failedSpans = await failedSince(signoz, calmFromMs)
  progress('the calm is over')
  return { calmFromMs, calmUntilMs: Date.now(), rules, failedSpans }
}

async function failedSince({ address }: Watched['signoz'], fromMs: number): Promise<string[]> {
  const signoz = new SigNoz(address)
  await signoz.logIn()
  const spans = await signoz.rows<{ span: string }>(
    `SELECT DISTINCT concat(resource_string_service$$name, ' ', name) AS span FROM signoz_traces.distributed_signoz_index_v3
     WHERE has_error AND ts_bucket_start >= toUnixTimestamp(now()) - 3600 AND timestamp >= fromUnixTimestamp64Milli(${fromMs})`,
  )
  return spans.map(({ span }) => span)
}

function minuteAfter(ms: number): number {
  return Math.ceil(ms / MINUTE_MS) * MINUTE_MS
}

/** Time itself is what is waited for: SigNoz has no clock that a test could set. */
async function clockReads(ms: number): Promise<void> {
  const timeoutMs = ms - Date.now() + MINUTE_MS
  await waitUntil(() => Date.now() > ms, { timeoutMs, what: 'the time' })
}

/** All loggers speak for the last time, at their places an hour and a half ago. */
async function passSilence({ system, setClock }: Watched): Promise<void> {
  const start = new Date(Date.now() + BEGIN_OFFSET_MS).toISOString()
  const fleet = SimulatedFleet.start(
    system,
    [...AWAKE, ...SILENT, ...AT_NIGHT],
    ['--start', start, '--speed', '20'],
  )
  const states = async () => (await system.status()).fleet.loggers
  try {
    const isHeard = async () => (await states())['live'] === AWAKE.length + SILENT.length + AT_NIGHT.length
    await waitUntil(isHeard, { timeoutMs: LIMIT_MS, what: 'a message of each logger' })
  } finally {
    await fleet.end()
  }
  await system.drained(LIMIT_MS)
  for (let offsetMs = BEGIN_OFFSET_MS; offsetMs < 0; ) {
    offsetMs = Math.min(0, offsetMs + STEP_MS)
    setClock(offsetMs)
    const isJudged = async () => {
      const { evaluated_at } = (await system.status()).fleet
      return Date.parse(evaluated_at ?? '') > Date.now() + offsetMs - STEP_MS / 2
    }
    await waitUntil(isJudged, { timeoutMs: LIMIT_MS, what: 'a judgement' })
  }
  // Else nothing would be proven by what SigNoz says about them, and what it does not.
  const { asleep, missing } = await states()
  if (asleep !== AT_NIGHT.length || missing !== AWAKE.length + SILENT.length)
    throw new Error(`${asleep} loggers are asleep and ${missing} missing`)
}

/** Whatever a panel has a line for: frames of all kinds, good and bad, log-ins right and wrong. */
async function useEverything(system: Watched['system']): Promise<void> {
  const ground: Ground = { system, awake: AWAKE, stranger: STRANGER }
  await realFrames(ground)
  await badInput(ground)
  await accounts(ground)
  await system.drained(LIMIT_MS)
  // By itself it would come a quarter of an hour after its data.
  await system.query(
    `CALL refresh_continuous_aggregate('measurement_15m', now() - interval '3 hours', now() - interval '30 minutes')`,
  )
}

async function provisionShortened({ client, lens }: Watched, disk: DiskFill): Promise<void> {
  lens.giveRules(loadMonitoring(PROJECT_ROOT).monitoring, shortened(disk))
  await provision(client, {
    root: PROJECT_ROOT,
    planOnly: false,
    prune: false,
    // There are a minute of data already; without a limit it would wait for those that rules of production look at.
    firstDataLimitMs: 0,
    progress: () => {},
    emailTo: EMAIL_TO,
    runbookBaseUrl: 'https://runbooks.example.org',
    externalUrl: client.url,
    retentionDays: { traces: 7, metrics: 7, logs: 7 },
    override: shortened(disk),
  })
}

async function mailsCome(
  mails: () => AlertMail[],
  rules: readonly string[],
  { isResolved, progress }: { isResolved: boolean; progress: Hooks['progress'] },
): Promise<void> {
  const came = new Set<string>()
  const look = () => {
    for (const mail of mails()) {
      if (mail.isResolved !== isResolved || came.has(mail.rule) || !rules.includes(mail.rule)) continue
      came.add(mail.rule)
      progress(mail.subject)
    }
    return rules.every(rule => came.has(rule))
  }
  const missing = () => rules.filter(rule => !came.has(rule)).join(', ')
  const what = `a mail of each of ${rules.join(', ')} (${isResolved ? 'over' : 'fires'})`
  await waitUntil(look, { timeoutMs: MAIL_LIMIT_MS, what }).catch(error => {
    throw new Error(`${what}: not of ${missing()}`, { cause: error })
  })
}
