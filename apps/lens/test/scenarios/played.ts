// All scenarios of the repository in one engine, each on a stretch of time of its own, with the timings of SigNoz.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { planQuery, type ScenarioFile, scenarioSeconds } from '@deye-hard/monitoring'
import type { AlertRule } from '../../src/alerts/alert-rule.ts'
import { type Asked, type AskQuery, askThroughPlan } from '../../src/alerts/ask-query.ts'
import { NOTIFY_TIMING } from '../../src/alerts/notify-timing.ts'
import { type Engine, openEngine } from '../../src/engine/engine.ts'
import { type PlayedScenario, playScenario } from '../../src/scenarios/play-scenario.ts'
import { storeScenario } from '../../src/scenarios/store-scenario.ts'
import { engineOptions } from '../engine/engine-for-tests.ts'
import { RECORD } from '../intake/intake-for-tests.ts'

const HOUR_MS = 3_600_000
/** No rule looks back further: InverterSilent has a memory of 48 h. */
const APART_MS = 50 * HOUR_MS
const YEAR_MS = 365 * 24 * HOUR_MS
/** `SIGNOZ_RULER_EVAL__DELAY` of SigNoz, and of lens. */
const EVALUATION_DELAY_MS = 120_000
const RETENTION_MS = 3 * YEAR_MS
/** Enough that both readers of the engine always have something to do. */
const AT_A_TIME = 4

export interface Played {
  scenario: ScenarioFile
  rule: AlertRule
  outcome: PlayedScenario
  /** Plays it again with another rule that has the same window, from the answers of the first time. */
  again(rule: AlertRule, change: (asked: Asked) => Asked): Promise<PlayedScenario>
}

/** By the file of the scenario. Throws for a scenario of no rule. */
export async function playAll(
  scenarios: readonly ScenarioFile[],
  rules: readonly AlertRule[],
): Promise<ReadonlyMap<string, Played>> {
  const folder = mkdtempSync(join(tmpdir(), 'lens-scenarios-'))
  const engine = await openEngine(engineOptions(folder, { retentionMs: RETENTION_MS }))
  const played = new Map<string, Played>()
  const starts = timeline(scenarios)
  const waiting = [...scenarios]
  const work = async () => {
    for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
      const rule = rules.find(({ id }) => id === scenario?.rule)
      if (rule === undefined) throw new Error(`${scenario.file} has no rule`)
      played.set(scenario.file, await playStored(engine, rule, scenario, starts.get(scenario.file)!))
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_A_TIME }, work))
  } finally {
    await engine.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return played
}

/** When each starts, by its file. */
function timeline(scenarios: readonly ScenarioFile[]): ReadonlyMap<string, number> {
  const starts = new Map<string, number>()
  let nextMs = Math.floor((Date.now() - 2 * YEAR_MS) / HOUR_MS) * HOUR_MS
  for (const { file, document } of scenarios) {
    starts.set(file, nextMs)
    nextMs += APART_MS + Math.ceil((scenarioSeconds(document) * 1_000) / HOUR_MS) * HOUR_MS
  }
  return starts
}

async function playStored(
  engine: Engine,
  rule: AlertRule,
  scenario: ScenarioFile,
  startMs: number,
): Promise<Played> {
  await storeScenario(engine, scenario, startMs, { ...RECORD, retentionMs: RETENTION_MS })
  const clock = { startMs, evaluationDelayMs: EVALUATION_DELAY_MS, timing: NOTIFY_TIMING }
  const answers = new Map<number, Asked>()
  const askEngine = askThroughPlan(planQuery, sql => engine.query(sql))
  const ask: AskQuery = async (asking, window) => {
    const asked = await askEngine(asking, window)
    answers.set(window.startMs, asked)
    return asked
  }
  return {
    scenario,
    rule,
    outcome: await playScenario(rule, scenario, ask, clock),
    again: (other, change) =>
      playScenario(other, scenario, async (_, { startMs: start }) => change(answers.get(start)!), clock),
  }
}
