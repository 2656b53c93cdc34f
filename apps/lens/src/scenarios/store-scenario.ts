// Puts the telemetry of a scenario into the engine, through the same code that takes it from the wire.
import { type ScenarioFile, scenarioSeconds, scenarioTelemetry } from '@deye-hard/monitoring'
import type { Engine } from '../engine/engine.ts'
import type { InsertTable } from '../engine/tables.ts'
import { newIntakeCounts } from '../intake/counts.ts'
import { Drops } from '../intake/entries.ts'
import { decodeJson } from '../intake/json-request.ts'
import type { RecordLimits } from '../intake/limits.ts'
import { MetricRows } from '../intake/metric-rows.ts'

const SECOND_MS = 1_000

/** Rejects when a point is refused or the engine does not take the rows. `startMs` is a whole hour. */
export async function storeScenario(
  engine: Engine,
  { file, document }: ScenarioFile,
  startMs: number,
  limits: RecordLimits,
): Promise<void> {
  const request = decodeJson('metrics', JSON.stringify(scenarioTelemetry(document, startMs)))
  const lines = new Map<InsertTable, string[]>()
  const linesOf = (table: InsertTable) => lines.get(table) ?? lines.set(table, []).get(table)!
  const drops = new Drops()
  const endMs = startMs + scenarioSeconds(document) * SECOND_MS
  new MetricRows(limits, newIntakeCounts().cut).write(
    request,
    endMs,
    entries => {
      for (const { table, line } of entries) linesOf(table).push(line)
      return true
    },
    drops,
  )
  if (drops.total > 0) throw new Error(`${file}: ${drops.message}`)
  for (const [table, rows] of lines) await engine.insertLines(table, rows)
}
