// The settings as a list: for `.env.example`, for parity tests, and to point at misspelt variables.
import type { Environment, SettingsSpec } from './read-settings.ts'

/** Two letters off is still a typo; three is another word. */
const MAX_TYPO_DISTANCE = 2

export interface SettingDescription {
  name: string
  about: string
  form: string
  /** null where the form says it all. */
  example: string | null
  /** As it would stand in the environment; null without one. */
  default: string | null
  secret: boolean
  required: boolean
}

export function describeSettings(spec: SettingsSpec): SettingDescription[] {
  return Object.values(spec).map(({ name, about, form, example, defaultText, secret, required }) => {
    return { name, about, form, example, default: defaultText, secret, required }
  })
}

/** Variables with the app's prefix (`API_`) that no setting reads; `meant` is the setting they probably stand for. */
export function unknownSettings(
  spec: SettingsSpec,
  environment: Environment,
  prefix: string,
): { name: string; meant: string | null }[] {
  const known = Object.values(spec).flatMap(({ name, secret }) => (secret ? [name, `${name}_FILE`] : [name]))
  return Object.keys(environment)
    .filter(name => name.startsWith(prefix) && !known.includes(name))
    .map(name => ({ name, meant: nearest(name, known) }))
}

function nearest(name: string, known: readonly string[]): string | null {
  const ranked = known
    .map(candidate => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best !== undefined && best.distance <= MAX_TYPO_DISTANCE ? best.candidate : null
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
