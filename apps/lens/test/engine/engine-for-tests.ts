// An engine on a folder of its own, closed and removed after the test.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Engine, type EngineOptions, openEngine } from '../../src/engine/engine.ts'
import type { EngineLimits } from '../../src/engine/messages.ts'
import { LIMITS } from './limits.ts'

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lens-engine-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }), 20_000)
  return folder
}

export function engineOptions(folder: string, limits: Partial<EngineLimits> = {}): EngineOptions {
  return {
    folder,
    limits: { ...LIMITS, ...limits },
    insertTimeoutMs: 30_000,
    queriesWaiting: 20,
    restartBackoff: { minMs: 20, maxMs: 1_000 },
  }
}

export async function engineForTest(
  limits: Partial<EngineLimits> = {},
  folder = temporaryFolder(),
): Promise<Engine> {
  const engine = await openEngine(engineOptions(folder, limits))
  onTestFinished(() => engine.close(), 20_000)
  return engine
}

/** A sample row; `minute` counts from an hour ago. */
export function sample(fingerprint: number | string, minute: number, value: number): Record<string, unknown> {
  return {
    env: 'test',
    temporality: 'Unspecified',
    metric_name: 'solar.test',
    fingerprint: String(fingerprint),
    unix_milli: Date.now() - 3_600_000 + minute * 60_000,
    value,
  }
}
