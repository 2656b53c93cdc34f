// One live stream went to SigNoz and to lens: the same panels must show the same, and the same rules must be in the same state.
import { ALL_VALUES, type Monitoring, type QueryRequest, queriesOfPanel } from '@deye-hard/monitoring'
import { waitUntil } from '@deye-hard/testkit'
import { askSigNoz } from '../agreement/ask-signoz.ts'
import { type Cell, type Cells, cellDifferences, listDifferences, ownCells } from '../agreement/cells.ts'
import { settled } from '../agreement/settled.ts'
import { ask } from '../provisioned.ts'
import type { Watched } from './watched-system.ts'

const MINUTE_MS = 60_000
/** Until traces have been decided on, batches are full and both stores have taken them. */
const STORED_AFTER_MS = 30_000
/** Both look every 15 s, at times of their own. */
const STATES_LIMIT_MS = 120_000
const DIFFERENCES_SHOWN = 3

/** Faults only: `dashboard panel: what differs`. */
export async function panelsThatDiffer(
  { client, lens }: Pick<Watched, 'client' | 'lens'>,
  { dashboards }: Monitoring,
  minutes: number,
): Promise<{ asked: number; faults: string[] }> {
  const endMs = Math.floor((Date.now() - STORED_AFTER_MS) / MINUTE_MS) * MINUTE_MS
  const range = { startMs: endMs - minutes * MINUTE_MS, endMs }
  const faults: string[] = []
  let asked = 0
  for (const { name, document } of dashboards) {
    const variables = Object.fromEntries(document.spec.variables.map(({ spec }) => [spec.name, ALL_VALUES]))
    for (const [key, panel] of Object.entries(document.spec.panels)) {
      const requestType = panel.spec.queries[0]!.kind as QueryRequest['requestType']
      const { differences } = await settled(async () => {
        const ours = await lens.panel({ dashboard: name, panel: key, ...range, variables })
        const request = { ...rangeOf(ours), requestType, queries: queriesOfPanel(panel, ''), variables }
        const theirs = await askSigNoz(client, request)
        return { differences: differencesOf(theirs, ours.results.flatMap(ownCells), request) }
      })
      if (differences.length > 0)
        faults.push(`${name} ${key}: ${differences.slice(0, DIFFERENCES_SHOWN).join('; ')}`)
      asked += 1
    }
  }
  return { asked, faults }
}

/** A panel may set its time itself. */
function rangeOf(answer: object): { startMs: number; endMs: number } {
  const { startMs, endMs } = answer as { startMs: number; endMs: number }
  return { startMs, endMs }
}

/** Of those that are equally high at its limit each may show another: then the numbers are compared by their height. */
function differencesOf(
  theirs: readonly Cell[],
  ours: readonly Cell[],
  { queries, requestType }: Pick<QueryRequest, 'queries' | 'requestType'>,
): string[] {
  const limit = Math.max(0, ...queries.map(({ spec }) => ('limit' in spec ? (spec.limit ?? 0) : 0)))
  if (requestType === 'raw') return listDifferences(theirs, ours, limit)
  const [theirCells, ourCells] = [new Map(theirs), new Map(ours)]
  const differences = cellDifferences(theirCells, ourCells)
  return differences.length > 0 && limit > 0 && theirCells.size === ourCells.size
    ? cellDifferences(byHeight(theirCells), byHeight(ourCells))
    : differences
}

function byHeight(cells: Cells): Cells {
  const numbers = [...cells.values()].map(Number).sort((a, b) => b - a)
  return new Map(numbers.map((value, rank) => [`rank ${rank}`, value]))
}

/** Waits until both say the same of every rule at one moment; rejects with those of which they do not. */
export async function statesAgree({ client, lens }: Pick<Watched, 'client' | 'lens'>): Promise<number> {
  let apart: string[] = []
  let rules = 0
  const look = async () => {
    const ours = new Map((await lens.rules()).map(({ id, state }) => [id, state]))
    const theirs = await ask<{ alert: string; state: string }[]>(client, '/api/v2/rules')
    rules = theirs.length
    apart = theirs.flatMap(({ alert, state }) =>
      ours.get(alert) === state ? [] : [`${alert} is ${state} in SigNoz, ${ours.get(alert)} in lens`],
    )
    return rules > 0 && ours.size === rules && apart.length === 0
  }
  await waitUntil(look, { timeoutMs: STATES_LIMIT_MS, what: 'the same states of rules' }).catch(error => {
    throw new Error(`of ${rules} rules: ${apart.join('; ')}`, { cause: error })
  })
  return rules
}
