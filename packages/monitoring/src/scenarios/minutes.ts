// Reads `perMinute` of a scenario: "0x10 6x6 -x5" is ten minutes of 0, six of 6, and five without a point.

/** Null is a minute without a point. */
export type Minutes = readonly (number | null)[]
export type ReadMinutes = { kind: 'minutes'; minutes: Minutes } | { kind: 'malformed'; message: string }

/** Two days and a bit: as far as any rule looks back. */
export const MINUTES_MAX = 3_600
const TOKEN = /^(-|-?[0-9]+(?:\.[0-9]+)?(?:e[0-9]+)?)(s?)x([1-9][0-9]*)$/

/** `seconds`: values carry the unit s, as those of a histogram do, or must not. */
export function readMinutes(text: string, { seconds }: { seconds: boolean }): ReadMinutes {
  const minutes: (number | null)[] = []
  for (const token of text.trim().split(/\s+/)) {
    const [, value, unit, count] = TOKEN.exec(token) ?? []
    if (value === undefined || (value !== '-' && (unit === 's') !== seconds)) {
      const example = seconds ? '0.2sx5' : '6x5'
      return { kind: 'malformed', message: `expected values and minutes such as ${example}, found ${token}` }
    }
    const read = value === '-' ? null : Number(value)
    if (minutes.length + Number(count) > MINUTES_MAX)
      return { kind: 'malformed', message: `longer than ${MINUTES_MAX} minutes` }
    for (let minute = 0; minute < Number(count); minute++) minutes.push(read)
  }
  return { kind: 'minutes', minutes }
}
