// What a log line never holds: fields by name, at any depth, whatever their case; and errors only as far as they hold no data of users.
import { scrub } from './scrub.ts'
import { serializeError } from './serialize-error.ts'

const HIDDEN = '[redacted]'
const TOO_DEEP = '[too deep]'
const MAX_DEPTH = 6
/** Names are compared in lower case and without `_` and `-`; each is looked at once. */
const MAX_KNOWN_NAMES = 1_000

/** Secrets, addresses of people, what reference solarman-v5.md section 6 calls personal data of a site (SSID, MAC), and bodies, which may hold all of it. */
export const REDACTED_FIELDS = [
  'password',
  'password_hash',
  'secret',
  'client_secret',
  'token',
  'access_token',
  'refresh_token',
  'authorization',
  'cookie',
  'set_cookie',
  'email',
  'ssid',
  'mac',
  'body',
] as const
/** Fields that quote what someone else said. */
const FREE_TEXT_FIELDS = ['detail']
/** Fields that hold an error; pino's own name for it too. */
const ERROR_FIELDS = ['error', 'err']

const hidden = new Set<string>(REDACTED_FIELDS.map(plain))
const known = new Map<string, boolean>()

/** The same object when there is nothing to hide, else a copy. */
export function redact(fields: Record<string, unknown>): Record<string, unknown> {
  return cleanFields(fields, (name, value) => {
    if (ERROR_FIELDS.includes(name) && value !== undefined) return serializeError(value)
    if (FREE_TEXT_FIELDS.includes(name) && typeof value === 'string') return scrub(value)
    return clean(value, MAX_DEPTH)
  })
}

function clean(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Error) return serializeError(value)
  if (depth === 0) return TOO_DEEP
  return cleanFields(value as Record<string, unknown>, (_name, inner) => clean(inner, depth - 1))
}

function cleanFields<T extends Record<string, unknown>>(
  fields: T,
  cleaned: (name: string, value: unknown) => unknown,
): T {
  let copy: Record<string, unknown> | null = null
  for (const name in fields) {
    const before = fields[name]
    const after = isHidden(name) ? HIDDEN : cleaned(name, before)
    if (after === before) continue
    copy ??= (Array.isArray(fields) ? [...fields] : { ...fields }) as Record<string, unknown>
    copy[name] = after
  }
  return (copy ?? fields) as T
}

function isHidden(name: string): boolean {
  let answer = known.get(name)
  if (answer === undefined) {
    answer = hidden.has(plain(name))
    if (known.size < MAX_KNOWN_NAMES) known.set(name, answer)
  }
  return answer
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '')
}
