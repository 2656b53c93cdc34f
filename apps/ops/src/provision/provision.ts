// Brings SigNoz to what git says, or only says what that would change.
import { OpsError } from '../errors.ts'
import { apply } from './apply.ts'
import type { Change, Stored } from './change.ts'
import { firesWithoutData, waitForFirstData } from './first-data.ts'
import { makePlan, type Plan } from './plan.ts'
import { differenceLine } from './plan-text.ts'
import type { SigNozClient } from './signoz-client.ts'
import { dashboardIds, readStored } from './stored.ts'
import { readGit, type WantedOptions, wantedOf } from './wanted.ts'

export interface ProvisionOptions extends WantedOptions {
  /** Change nothing. */
  planOnly: boolean
  /** Remove what is ours and no longer in git. */
  prune: boolean
  /** How long a rule that fires without data may be held back, all together. */
  firstDataLimitMs: number
  progress: (line: string) => void
}

/** A change that somebody's own object forbids; it does not keep the others from being made. */
interface Refused {
  change: Change
  error: OpsError
}

/** The plan, carried out unless `planOnly`; read back and found the same. Throws an OpsError with the object in trouble. */
export async function provision(client: SigNozClient, options: ProvisionOptions): Promise<Plan> {
  const git = readGit(options.root)
  const planFor = (stored: readonly Stored[]) =>
    makePlan(wantedOf(git, options, dashboardIds(stored)), stored)
  const plan = planFor(await readStored(client))
  if (options.planOnly) return plan

  const [first, rest] = inTwoPasses(plan.changes)
  const refused: Refused[] = []
  await applyAll(client, first, options, refused)
  // Links between dashboards, and from mails to them, need ids that the server has just made.
  const changes = first.length === 0 ? rest : planFor(await readStored(client)).changes
  await applyAll(
    client,
    changes.filter(change => !firesWithoutData(change)),
    options,
    refused,
  )
  await applyHeldBack(client, changes.filter(firesWithoutData), options, refused)
  if (options.prune) await applyAll(client, plan.leftovers, options, refused)
  verify(planFor(await readStored(client)), options, refused)
  if (refused.length > 0) throw refusedChanges(refused)
  return { ...plan, changes: merged(plan.changes, changes) }
}

function inTwoPasses(changes: readonly Change[]): [Change[], Change[]] {
  const isNewDashboard = ({ kind, action }: Change) => kind === 'dashboard' && action === 'create'
  return [changes.filter(isNewDashboard), changes.filter(change => !isNewDashboard(change))]
}

async function applyAll(
  client: SigNozClient,
  changes: readonly Change[],
  { progress }: ProvisionOptions,
  refused: Refused[],
): Promise<void> {
  for (const change of changes) {
    progress(`${change.action} ${change.kind} ${change.name}`)
    try {
      await apply(client, change, progress)
    } catch (error) {
      if (!(error instanceof OpsError && error.code === 'OPS_REFUSED')) throw error
      refused.push({ change, error })
    }
  }
}

async function applyHeldBack(
  client: SigNozClient,
  changes: readonly Change[],
  options: ProvisionOptions,
  refused: Refused[],
): Promise<void> {
  const deadlineMs = performance.now() + options.firstDataLimitMs
  for (const change of changes) {
    await waitForFirstData(client, change, { deadlineMs, progress: options.progress })
    await applyAll(client, [change], options, refused)
  }
}

/** SigNoz ignores fields of rules that it does not know, and answers 200 to a retention that it could not set. */
function verify(after: Plan, { prune }: ProvisionOptions, refused: readonly Refused[]): void {
  const left = prune ? [...after.changes, ...after.leftovers] : after.changes
  const change = left.find(
    one => !refused.some(({ change: { kind, id } }) => kind === one.kind && id === one.id),
  )
  if (change === undefined) return
  const where = change.differences.map(differenceLine).join('; ') || `it is still to ${change.action}`
  throw new OpsError(
    'OPS_REFUSED',
    `SigNoz took the ${change.kind} ${change.name} of ${change.origin} but stored it otherwise (${where}): write the file as SigNoz stores it.`,
  )
}

function refusedChanges(refused: readonly Refused[]): OpsError {
  const sentences = refused.map(({ error }) => error.message)
  return new OpsError('OPS_REFUSED', `${sentences.join('\n')}\nAll other changes are made.`)
}

/** What was really done, each object once: links of a new dashboard are not a second change. */
function merged(planned: readonly Change[], later: readonly Change[]): Change[] {
  const isKnown = (change: Change) =>
    planned.some(({ kind, name }) => kind === change.kind && name === change.name)
  return [...planned, ...later.filter(change => !isKnown(change))]
}
