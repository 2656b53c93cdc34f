// What the parts of lens say of themselves, as facts to read: troubles apart from what is in order.
import { formatValue } from './unit-format.ts'

export interface Fact {
  /** `queries.failed.query_timeout` */
  path: string
  text: string
}

export interface PartFacts {
  name: string
  /** Limits that were hit, failures, the last error. */
  troubles: Fact[]
  facts: Fact[]
  /** Counters of troubles that are zero. */
  quiet: number
}

/** Words in the path of a counter that counts something that should not happen. */
const TROUBLE =
  /(dropped|cut|fault|refused|failed|failures|invalid|deaths|hangs|restarts|evicted|unreadable|undelivered|leftout|corrupted|toolarge|notstored|turned|lasterror|lastproblem|overflow)/i
/** Numbers that count nothing. */
const NAME = /(^|\.)(pid|port)$/i
const BYTES = /bytes|bytesmax$/i

export function healthFacts(parts: Readonly<Record<string, unknown>>): PartFacts[] {
  return Object.entries(parts).map(([name, held]) => {
    const all = flat(held, '')
    const ofTrouble = all.filter(([path]) => TROUBLE.test(path))
    const hit = ofTrouble.filter(
      ([, value]) => value !== 0 && value !== null && value !== '' && value !== false,
    )
    return {
      name,
      troubles: hit.map(factOf),
      facts: all.filter(([path]) => !TROUBLE.test(path)).map(factOf),
      quiet: ofTrouble.length - hit.length,
    }
  })
}

function factOf([path, value]: readonly [string, unknown]): Fact {
  if (typeof value !== 'number' || NAME.test(path))
    return { path, text: value === null ? '—' : String(value) }
  return { path, text: BYTES.test(path) ? formatValue(value, 'bytes', '1') : value.toLocaleString('en') }
}

/** Nested facts by their path; things in a list by what they are called. */
function flat(value: unknown, path: string): (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [[path, value]]
  return Object.entries(value).flatMap(([key, held]) => {
    const name = Array.isArray(value) ? ((held as { job?: string } | null)?.job ?? key) : key
    return flat(held, path === '' ? name : `${path}.${name}`)
  })
}
