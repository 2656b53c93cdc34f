// A plan for people: one line for each object that changes, and below it every place where it differs.
import type { Action, Change } from './change.ts'
import type { Difference } from './differences.ts'
import type { Plan } from './plan.ts'

const SIGNS: Record<Action, string> = { create: '+', update: '~', replace: '±', remove: '-' }
/** Places shown of one object. */
const DIFFERENCES_SHOWN = 12
/** Characters shown of one value. */
const VALUE_SHOWN = 70

export function planText(plan: Plan, options: { prune: boolean }): string {
  const changes = options.prune ? [...plan.changes, ...plan.leftovers] : plan.changes
  const lines = changes.flatMap(change => [changeLine(change), ...differenceLines(change)])
  const kept = options.prune ? [] : plan.leftovers.map(({ kind, name }) => `${kind} ${name}`)
  return [
    ...lines,
    ...(kept.length === 0 ? [] : [`Ours and no longer in git, goes only with --prune: ${kept.join(', ')}.`]),
    `${counted(changes.length, 'change')}, ${counted(plan.unchanged, 'object')} as in git.`,
  ].join('\n')
}

export function differenceLine({ path, stored, wanted }: Difference): string {
  const [before, after] = shown(stored, wanted)
  return `${path}: ${before} → ${after}`
}

function changeLine({ action, kind, name, origin }: Change): string {
  const note = action === 'replace' ? ', as a new rule since its thresholds or grouping change' : ''
  return `${SIGNS[action]} ${kind} ${name} (${origin}${note})`
}

function differenceLines({ differences }: Change): string[] {
  const lines = differences.slice(0, DIFFERENCES_SHOWN).map(one => `    ${differenceLine(one)}`)
  const rest = differences.length - lines.length
  return rest > 0 ? [...lines, `    and ${rest} more`] : lines
}

/** Two long texts from where they begin to differ. */
function shown(stored: unknown, wanted: unknown): [string, string] {
  const [before, after] = [textOf(stored), textOf(wanted)]
  if (before.length <= VALUE_SHOWN && after.length <= VALUE_SHOWN) return [before, after]
  let start = 0
  while (start < before.length && before[start] === after[start]) start += 1
  const from = Math.max(0, start - VALUE_SHOWN / 4)
  return [cut(before, from), cut(after, from)]
}

function cut(text: string, from: number): string {
  const to = from + VALUE_SHOWN
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${text.length > to ? '…' : ''}`
}

function textOf(value: unknown): string {
  return value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value))
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
