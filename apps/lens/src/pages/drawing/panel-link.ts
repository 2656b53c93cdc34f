// Links of panels are written for SigNoz; here its places become pages of lens, with the time and the labels of what was clicked.
import { placedInFilter } from './filter-literal.ts'
import type { TimeRange } from './time-range.ts'

const DASHBOARD = /^\/dashboard\/(?:\$dashboard\()?([a-z0-9-]+)\)?$/
const PLACE = /\{\{\s*([^{}]+?)\s*\}\}/g

export interface LinkContext {
  range: TimeRange
  labels: Readonly<Record<string, string>>
  variables: Readonly<Record<string, string | number | readonly string[]>>
}

/** Null when the link needs a label that was not clicked. */
export function linkTarget(url: string, context: LinkContext): string | null {
  let isComplete = true
  const filled = url.replace(PLACE, (_, name: string, offset: number) => {
    const value = placeValue(name, context)
    if (value === undefined) isComplete = false
    if (value === undefined) return ''
    // Most places stand inside JSON inside the address.
    const text = placedInFilter(value, url.slice(0, offset))
    return encodeURIComponent(JSON.stringify(text).slice(1, -1))
  })
  return isComplete ? lensAddress(filled, context.range) : null
}

/** An address of SigNoz as the page of lens that shows the same; others stay. */
export function lensAddress(url: string, range?: TimeRange): string {
  const [path = '', query = ''] = split(url)
  const given = new URLSearchParams(query)
  const wanted = new URLSearchParams()
  const startMs = given.get('startTime') ?? range?.startMs
  const endMs = given.get('endTime') ?? range?.endMs
  const dashboard = DASHBOARD.exec(path)?.[1]
  if (dashboard !== undefined) {
    for (const [name, value] of variablesOf(given.get('variables'))) wanted.append(`var-${name}`, value)
    return address(`/dashboards/${dashboard}`, wanted)
  }
  if (path === '/dashboard') return '/'
  const rule = given.get('ruleId')
  if (path === '/alerts/overview' && rule !== null) return `/alerts/${encodeURIComponent(rule)}`
  const trace = /^\/trace\/([0-9a-f]{32})$/.exec(path)?.[1]
  if (trace !== undefined) return `/traces/${trace}`
  const page = { '/traces-explorer': '/traces', '/logs/logs-explorer': '/logs' }[path]
  if (page === undefined) return url
  if (startMs !== undefined) wanted.set('from', String(startMs))
  if (endMs !== undefined) wanted.set('to', String(endMs))
  const filter = filterOf(given.get('compositeQuery'))
  if (filter !== '') wanted.set('filter', filter)
  return address(page, wanted)
}

function placeValue(name: string, { range, labels, variables }: LinkContext): string | undefined {
  if (name === 'timestamp_start') return String(range.startMs)
  if (name === 'timestamp_end') return String(range.endMs)
  if (name.startsWith('_')) return labels[name.slice(1)]
  const value = variables[name]
  return value === undefined ? undefined : [value].flat().join(',')
}

function split(url: string): [string, string] {
  const mark = url.indexOf('?')
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)]
}

function address(path: string, query: URLSearchParams): string {
  const text = query.toString()
  return text === '' ? path : `${path}?${text}`
}

function variablesOf(text: string | null): [string, string][] {
  const held = parsed(text)
  if (typeof held !== 'object' || held === null) return []
  return Object.entries(held).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, String(one)]),
  )
}

function filterOf(text: string | null): string {
  const query = parsed(text) as
    | { builder?: { queryData?: { filter?: { expression?: unknown } }[] } }
    | undefined
  const expression = query?.builder?.queryData?.[0]?.filter?.expression
  return typeof expression === 'string' ? expression : ''
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined // an address that a person has cut off shows the page without its filter
  }
}
