// Holds a document of ours against what SigNoz stored of it: the server adds defaults, and those are no difference.

export interface Difference {
  /** `spec.panels.power.queries[0]`; empty for the whole document. */
  path: string
  /** As it is in SigNoz; undefined when it is not there. */
  stored: unknown
  /** As it is in git; undefined when it is not there. */
  wanted: unknown
}

/** (ran) What v0.138.0 writes into a dashboard where the file says nothing, beside empty values. */
const SERVER_DEFAULTS: Record<string, unknown> = {
  timePreference: 'global_time',
  decimalPrecision: '2',
  position: 'bottom',
  mode: 'list',
  lineInterpolation: 'spline',
  lineStyle: 'solid',
  fillMode: 'none',
}

/** (ran) The server writes `timeShift` as `timeshift`, and understands both. */
const NAME_OF_A_FUNCTION = /\bfunctions\[\d+\]\.name$/

/** Every place where they differ, in the order of our document. */
export function differences(wanted: unknown, stored: unknown, path = ''): Difference[] {
  if (isRecord(wanted) && isRecord(stored)) {
    const keys = new Set([...Object.keys(wanted), ...Object.keys(stored)])
    return [...keys].flatMap(key => {
      const at = path === '' ? key : `${path}.${key}`
      if (!(key in wanted))
        return isDefault(key, stored[key]) ? [] : [{ path: at, stored: stored[key], wanted: undefined }]
      return differences(wanted[key], stored[key], at)
    })
  }
  if (Array.isArray(wanted) && Array.isArray(stored)) {
    const length = Math.max(wanted.length, stored.length)
    return Array.from({ length }, (_, index) => index).flatMap(index =>
      differences(wanted[index], stored[index], `${path}[${index}]`),
    )
  }
  if (NAME_OF_A_FUNCTION.test(path) && String(wanted).toLowerCase() === stored) return []
  if (wanted === stored || (isEmpty(wanted) && isEmpty(stored) && !saysSomething(wanted, stored))) return []
  return [{ path, stored, wanted }]
}

/** What the server adds by itself: nothing, or its default. */
function isDefault(key: string, value: unknown): boolean {
  if (isRecord(value)) return Object.entries(value).every(([inner, content]) => isDefault(inner, content))
  return isEmpty(value) || SERVER_DEFAULTS[key] === value
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  if (isRecord(value)) return Object.values(value).every(isEmpty)
  return value === undefined || value === null || value === '' || value === false || value === 0
}

/** A limit of 0 is not the same as no limit: null and 0 differ when both documents have the key. */
function saysSomething(wanted: unknown, stored: unknown): boolean {
  return (wanted === 0 && stored === null) || (wanted === null && stored === 0)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
