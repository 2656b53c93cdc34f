// Each fault as a server sees it: begun and ended on time, on chosen loggers only, the same way for the same seed.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Fault, FaultMail } from '../../src/faults/fault.ts'
import { faultForm, hasDefaults, parseFault } from '../../src/faults/fault.ts'
import { FAULTS } from '../../src/faults/registry.ts'
import { MINUTE_MS, NOON_MS, type Stage, setStage, viennaLogger } from '../harness.ts'

const LOGGERS = Array.from({ length: 6 }, (_, index) =>
  viennaLogger({ logger_serial: 3_900_000_001 + index, inverter_serial: String(2_200_000_001 + index) }),
)
/** From 60 s after the start, for 3 minutes. */
const BEGIN_MS = NOON_MS + MINUTE_MS
const END_MS = NOON_MS + 4 * MINUTE_MS

function named(name: string): Fault {
  return FAULTS.find(fault => fault.name === name)!
}

function stageWith(name: string, args: { count: number; extra?: number }, seed = 1): Stage {
  const stage = setStage({
    seed,
    loggers: LOGGERS,
    faults: [{ fault: named(name), args: { after: 60, seconds: 180, ...args } }],
  })
  stage.schedule.advance(10 * MINUTE_MS)
  return stage
}

function during<T extends { atMs: number }>(entries: readonly T[]): T[] {
  return entries.filter(({ atMs }) => atMs >= BEGIN_MS && atMs < END_MS)
}

function outside<T extends { atMs: number }>(entries: readonly T[]): T[] {
  return entries.filter(({ atMs }) => atMs < BEGIN_MS || atMs > END_MS + MINUTE_MS)
}

function serials(entries: readonly { frame: { loggerSerial: number } }[]): Set<number> {
  return new Set(entries.map(({ frame }) => frame.loggerSerial))
}

test.each(FAULTS.map(fault => fault.name))('%s tells when it begins and ends', name => {
  const stage = stageWith(name, { count: 2 })
  expect(stage.faultLines.map(({ name: told, phase }) => [told, phase])).toEqual([
    [name, 'begin'],
    [name, 'end'],
  ])
})

test('silent-logger: some say nothing at all, leave no FIN, and boot again', () => {
  const stage = stageWith('silent-logger', { count: 2 })
  const heard = during(stage.network.heard)
  expect(serials(heard).size).toBe(4)
  expect(stage.network.abandoned).toBe(2)
  expect(serials(outside(stage.of('data').filter(({ atMs }) => atMs > END_MS))).size).toBe(6)
})

test('silent-logger hits those whose day goes on: silence at dusk is none', () => {
  // At 11:00 UTC in June the sun of this place stands at some 13 degrees and sinks.
  const evening = { name: 'Evening 01', latitude: 35, longitude: 108, timezone: 'Asia/Shanghai' }
  const loggers = LOGGERS.map((logger, index) => (index % 2 === 0 ? logger : { ...logger, site: evening }))
  for (const seed of [1, 2, 3]) {
    const stage = setStage({
      seed,
      loggers,
      faults: [{ fault: named('silent-logger'), args: { count: 3, after: 60 } }],
    })
    stage.schedule.advance(8 * MINUTE_MS)
    const late = stage.network.heard.filter(({ atMs }) => atMs > BEGIN_MS)
    const [, second, , fourth, , sixth] = LOGGERS.map(({ logger_serial }) => logger_serial)
    expect(serials(late)).toEqual(new Set([second, fourth, sixth]))
  }
})

test('corrupt-bytes: hit frames are no frames, records still arrive as retries or replays', () => {
  const stage = stageWith('corrupt-bytes', { count: 3, extra: 0.5 })
  expect(stage.network.malformed.length).toBeGreaterThan(3)
  expect(stage.simulation.stats.retries).toBeGreaterThan(0)
  expect(stage.simulation.stats.buffered).toBe(0)
  const untouched = setStage({ loggers: LOGGERS })
  untouched.schedule.advance(10 * MINUTE_MS)
  expect(untouched.network.malformed).toEqual([])
})

test('duplicate-burst: a record comes four times in one read, and counts once', () => {
  const stage = stageWith('duplicate-burst', { count: 2, extra: 4 })
  const copies = Map.groupBy(
    during(stage.of('data')),
    ({ frame, message }) => `${frame.loggerSerial} ${message.recordCounter}`,
  )
  const sizes = [...copies.values()].map(group => group.length)
  expect(new Set(sizes)).toEqual(new Set([1, 4]))
  const keys = stage.journal.map(({ loggerSerial, recordCounter }) => `${loggerSerial} ${recordCounter}`)
  expect(new Set(keys).size).toBe(keys.length)
})

test('garbage-between: bytes of no frame stand before frames that still arrive', () => {
  const stage = stageWith('garbage-between', { count: 2 })
  expect(stage.network.malformed.length).toBeGreaterThan(3)
  expect(stage.simulation.stats).toMatchObject({ restarts: 0, buffered: 0 })
  expect(serials(during(stage.of('data'))).size).toBe(6)
})

test('clock-1970: live records of the chosen ones have offset 0', () => {
  const stage = stageWith('clock-1970', { count: 2 })
  const timeless = stage.of('data').filter(({ message }) => message.offsetS === 0)
  expect(serials(timeless).size).toBe(2)
  expect(timeless.every(({ atMs }) => atMs >= BEGIN_MS && atMs <= END_MS + MINUTE_MS)).toBe(true)
})

test('half-open: new connections of the same serial come, the old ones are not closed', () => {
  const stage = stageWith('half-open', { count: 2 })
  const dials = Map.groupBy(stage.network.heard, ({ frame }) => frame.loggerSerial)
  const counts = [...dials.values()].map(heard => new Set(heard.map(({ dial }) => dial)).size)
  expect(counts.filter(count => count >= 12)).toHaveLength(2)
  expect(counts.filter(count => count === 1)).toHaveLength(4)
  expect(stage.network.abandoned).toBeGreaterThanOrEqual(24)
  expect(stage.network.closed).toBe(0)
})

test('flood: strangers send at their rate and wait for nothing', () => {
  const stage = stageWith('flood', { count: 3, extra: 50 })
  const strange = stage.of('data').filter(({ frame }) => frame.loggerSerial >= 4_250_000_000)
  expect(serials(strange).size).toBe(3)
  expect(strange.length / (3 * 50 * 180)).toBeCloseTo(1, 1)
  const keys = strange.map(({ frame, message }) => `${frame.loggerSerial} ${message.recordCounter}`)
  expect(new Set(keys).size).toBe(keys.length)
  expect(during(strange)).toHaveLength(strange.length)
})

test('slow-loris: one byte a second, never a frame', () => {
  const stage = stageWith('slow-loris', { count: 4 })
  const drips = stage.network.writes.filter(bytes => bytes.length === 1)
  expect(drips.length).toBeGreaterThan(4 * 90)
  expect(serials(stage.of('hello').filter(({ frame }) => frame.loggerSerial >= 4_260_000_000)).size).toBe(0)
})

test('spoofed-serial: a serial of the fleet speaks on two connections, with two inverter serials', () => {
  const stage = stageWith('spoofed-serial', { count: 2 })
  const spoofed = stage
    .of('data')
    .filter(({ message }) => message.body.toString('latin1', 0, 10) === '2999999999')
  expect(serials(spoofed).size).toBe(2)
  for (const serial of serials(spoofed)) {
    expect(LOGGERS.some(logger => logger.logger_serial === serial)).toBe(true)
    const dials = during(stage.of('data')).filter(({ frame }) => frame.loggerSerial === serial)
    expect(new Set(dials.map(({ dial }) => dial)).size).toBe(2)
  }
})

test('api-down: changes nothing that a logger sends', () => {
  const bytes = (stage: Stage) => Buffer.concat(stage.network.writes).toString('base64')
  const plain = setStage({ loggers: LOGGERS })
  plain.schedule.advance(10 * MINUTE_MS)
  expect(bytes(stageWith('api-down', { count: 1 }))).toBe(bytes(plain))
})

test('the seed chooses whom a fault hits', () => {
  const chosen = (seed: number) => {
    const heard = serials(during(stageWith('silent-logger', { count: 2 }, seed).network.heard))
    return LOGGERS.filter(logger => !heard.has(logger.logger_serial)).map(logger => logger.logger_serial)
  }
  expect(chosen(3)).toEqual(chosen(3))
  expect(new Set([1, 2, 3, 4, 5].map(seed => chosen(seed).join())).size).toBeGreaterThan(1)
})

describe('arguments', () => {
  test('what is left out has the default, and the written form of a fault is read back', () => {
    for (const fault of FAULTS) {
      const short = parseFault(fault.name, FAULTS)
      expect(short).toEqual(parseFault(faultForm(fault), FAULTS))
      expect(short).toMatchObject({ kind: 'fault', args: { count: fault.count, seconds: fault.seconds } })
    }
  })

  test('other ones than the defaults are noticed, but for the time of the begin', () => {
    const isDefault = (text: string) => {
      const parsed = parseFault(text, FAULTS)
      return parsed.kind === 'fault' && hasDefaults(parsed.fault, parsed.args)
    }
    expect(['flood', 'flood:after=60', 'flood:rate=100'].map(isDefault)).toEqual([true, true, true])
    expect(['flood:count=1', 'flood:seconds=0', 'flood:rate=99'].map(isDefault)).toEqual([
      false,
      false,
      false,
    ])
  })

  test('each is understood', () => {
    expect(parseFault('flood:rate=70,count=2,seconds=1.5,after=0', FAULTS)).toMatchObject({
      args: { count: 2, seconds: 1.5, after: 0, extra: 70 },
    })
  })

  test.each([
    ['nothing', 'there is no fault "nothing"'],
    ['flood:count=10001', 'fault flood takes count from 1 to 10000'],
    ['corrupt-bytes:share=1.5', 'fault corrupt-bytes takes share from 0 to 1'],
    ['flood:rat=7', 'does not take "rat=7"; write flood:count='],
    ['silent-logger:rate=7', 'does not take "rate=7"'],
    ['flood:count=-1', 'does not take "count=-1"'],
  ])('%s is refused with a reason', (text, message) => {
    expect(parseFault(text, FAULTS)).toMatchObject({
      kind: 'problem',
      message: expect.stringContaining(message),
    })
  })
})

describe('parity', () => {
  const names = FAULTS.map(fault => fault.name).toSorted()

  test('one file per fault', () => {
    const folder = new URL('../../src/faults/', import.meta.url)
    const files = readdirSync(folder).map(file => file.replace('.ts', ''))
    const support = ['fault', 'registry', 'stranger', 'tamper-awake']
    expect(files.filter(file => !support.includes(file)).toSorted()).toEqual(names)
  })

  test('the table of the README has each fault with its defaults and nothing else', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
    const rows = [...readme.matchAll(/^\| `([a-z0-9-]+:[^`]+)` *\| (.+?) *\|$/gm)].map(([, form, about]) => [
      form,
      about,
    ])
    expect(rows.toSorted()).toEqual(FAULTS.map(fault => [faultForm(fault), fault.about]).toSorted())
  })

  test('so has the table of mails, with what each fault leads to', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
    const section = readme.slice(readme.indexOf('### Which mail is right'))
    const [head, , ...rows] = [...section.matchAll(/^\| (.+?) *\| (.+?) *\| (.+?) *\|$/gm)]
    expect(head?.slice(1)).toEqual(['fault', 'mail', 'what that means'])
    const wanted = FAULTS.map(({ name, mails, outcome }) => [name, mailText(mails), outcome])
    expect(rows.map(([, ...cells]) => cells).toSorted()).toEqual(wanted.toSorted())
  })

  test('mails are of rules and tiers that there are, and come while the fault lasts', () => {
    const thresholds = JSON.parse(
      readFileSync(new URL('../../../../alerts/thresholds.json', import.meta.url), 'utf8'),
    ) as Record<string, { tiers: Record<string, number>; window: string }>
    const mails = FAULTS.flatMap(({ seconds, mails }) => mails.map(mail => ({ seconds, ...mail })))
    expect(mails.length).toBeGreaterThanOrEqual(5)
    for (const { rule, tier, seconds, afterMinutes } of mails) {
      expect([rule, Object.keys(thresholds[rule]?.tiers ?? {})]).toEqual([
        rule,
        expect.arrayContaining([tier]),
      ])
      expect(seconds).toBeGreaterThan(60 * afterMinutes)
    }
  })
})

function mailText(mails: readonly FaultMail[]): string {
  const texts = mails.map(
    ({ rule, tier, afterMinutes, overAfterMinutes }) =>
      `${rule} (${tier}) after ${afterMinutes} min, over after ${overAfterMinutes} min`,
  )
  return texts.join('; ') || 'none'
}
