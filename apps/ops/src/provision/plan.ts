// Holds what git wants against what SigNoz has: pure, so that `--plan` and the real run cannot disagree.
import { OpsError } from '../errors.ts'
import { type Change, KINDS, type Stored, type Wanted } from './change.ts'
import { type Difference, differences } from './differences.ts'

/**
 * SigNoz adds an inhibition at every PUT and never takes one away (contract, fact 14): after a swap of tiers no mail at all would be
 * sent. A new rule has only its own.
 */
const NEEDS_A_NEW_RULE = /^(condition\.thresholds|notificationSettings\.groupBy)\b/

export interface Plan {
  changes: Change[]
  /** Ours in SigNoz, no longer in git; they go only when that is asked for. */
  leftovers: Change[]
  /** Number of objects without a difference. */
  unchanged: number
}

export function makePlan(wanted: readonly Wanted[], stored: readonly Stored[]): Plan {
  const pairs = wanted.map(one => ({ one, found: stored.filter(other => isSame(one, other)) }))
  const kept = new Set(pairs.flatMap(({ found }) => found.slice(0, 1)))
  const differing = pairs.flatMap(({ one, found }) => changeOf(one, found[0]))
  const surplus = stored.filter(other => other.ours && !kept.has(other))
  const isTwin = (other: Stored) => wanted.some(one => isSame(one, other))
  const heirOf = (twin: Stored) =>
    [...kept].find(({ kind, name }) => kind === twin.kind && name === twin.name)
  // A second rule of the same file would send every mail twice. It goes first, while the one that is kept still has its id.
  const twins = surplus.filter(isTwin).map(twin => twinRemoval(twin, heirOf(twin)!))
  const changes = [...twins, ...differing]
  const leftovers = surplus.filter(other => !isTwin(other)).map(removal)
  const order = ({ kind }: Change) => KINDS.indexOf(kind)
  return {
    changes: changes.sort((a, b) => order(a) - order(b)),
    // The other way round: a channel cannot go while a rule uses it.
    leftovers: leftovers.sort((a, b) => order(b) - order(a)),
    unchanged: wanted.length - differing.length,
  }
}

function isSame(wanted: Wanted, stored: Stored): boolean {
  return wanted.kind === stored.kind && wanted.name === stored.name
}

function changeOf(wanted: Wanted, stored: Stored | undefined): Change[] {
  const { kind, name, origin, document } = wanted
  if (stored === undefined)
    return [{ kind, name, origin, action: 'create', id: null, differences: [], document }]
  if (kind === 'dashboard' && !stored.ours) throw notOurs(name)
  const found = differences(document, stored.document)
  if (found.length === 0) return []
  const action = kind === 'rule' && found.some(needsANewRule) ? 'replace' : 'update'
  return [{ kind, name, origin, action, id: stored.id, differences: found, document }]
}

function needsANewRule({ path }: Difference): boolean {
  return NEEDS_A_NEW_RULE.test(path)
}

function removal({ kind, name, id }: Stored): Change {
  return { kind, name, origin: 'no longer in git', action: 'remove', id, differences: [], document: null }
}

function twinRemoval(stored: Stored, kept: Stored): Change {
  return { ...removal(stored), origin: 'a second one of the same name', heir: kept.id }
}

/** Names of dashboards are unique in SigNoz, and somebody's work must not be overwritten. */
function notOurs(name: string): OpsError {
  return new OpsError(
    'OPS_REFUSED',
    `SigNoz has a dashboard ${name} that does not come from git, nothing was changed: delete it there, or give it the tag managed-by=git to let this command overwrite it.`,
  )
}
