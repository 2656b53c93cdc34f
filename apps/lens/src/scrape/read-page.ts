// A page of Prometheus's text format 0.0.4 as families of samples (prometheus/docs, instrumenting/exposition_formats.md).

export type FamilyType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped'

export interface Sample {
  name: string
  labels: Readonly<Record<string, string>>
  value: number
}

export interface Family {
  name: string
  type: FamilyType
  help: string
  samples: Sample[]
}

export type Page = { kind: 'page'; families: Family[]; samples: number } | { kind: 'malformed'; line: number }

const TYPES: ReadonlySet<string> = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped'])
/** What a sample of a histogram or summary has behind the name of its family. */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['_sum', '_count', ''],
}
/** Name, labels in braces, value, and a time that is not used: samples carry the time of the scrape, as for honor_timestamps of few exporters. */
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(\{.*\})?\s+([^\s{}]+)(?:\s+-?\d+)?$/s
const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/sy
const COMMENT = /^#\s*(HELP|TYPE)\s+(\S+)\s*(.*)$/s

/** One bad line spoils the page, as for Prometheus: half a page would look like series that ended. */
export function readPage(text: string): Page {
  const families = new Map<string, Family>()
  let samples = 0
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '') continue
    if (line.startsWith('#')) {
      readComment(line, families)
      continue
    }
    const sample = readSample(line)
    if (sample === null) return { kind: 'malformed', line: index + 1 }
    familyOf(sample.name, families).samples.push(sample)
    samples += 1
  }
  return {
    kind: 'page',
    families: [...families.values()].filter(family => family.samples.length > 0),
    samples,
  }
}

function readComment(line: string, families: Map<string, Family>): void {
  const [, what, name, rest = ''] = COMMENT.exec(line) ?? []
  if (name === undefined) return
  const family = families.get(name) ?? add(families, name)
  if (what === 'HELP')
    family.help = rest.replaceAll(/\\(\\|n)/g, (_, escaped) => (escaped === 'n' ? '\n' : '\\'))
  else if (TYPES.has(rest)) family.type = rest as FamilyType
}

function readSample(line: string): Sample | null {
  const [, name, braces, number] = SAMPLE.exec(line) ?? []
  if (name === undefined || number === undefined) return null
  const labels = braces === undefined ? {} : readLabels(braces.slice(1, -1))
  const value = readNumber(number)
  return labels === null || value === null ? null : { name, labels, value }
}

/** A label without a value is none. */
function readLabels(text: string): Record<string, string> | null {
  const labels: Record<string, string> = {}
  LABEL.lastIndex = 0
  while (text.slice(LABEL.lastIndex).trim() !== '') {
    const match = LABEL.exec(text)
    if (match === null) return null
    const [, key = '', value = ''] = match
    if (value !== '')
      labels[key] = value.replaceAll(/\\(\\|"|n)/g, (_, escaped) => (escaped === 'n' ? '\n' : escaped))
  }
  return labels
}

function readNumber(text: string): number | null {
  const word = text.toLowerCase()
  if (word === 'nan') return Number.NaN
  if (/^[+-]?inf(inity)?$/.test(word)) return word.startsWith('-') ? -Infinity : Infinity
  const value = Number(text)
  return Number.isNaN(value) ? null : value
}

function familyOf(name: string, families: Map<string, Family>): Family {
  const exact = families.get(name)
  if (exact !== undefined && exact.type !== 'histogram') return exact
  for (const [type, suffixes] of Object.entries(SUFFIXES)) {
    for (const suffix of suffixes) {
      const family = name.endsWith(suffix)
        ? families.get(name.slice(0, name.length - suffix.length))
        : undefined
      if (family?.type === type) return family
    }
  }
  return exact ?? add(families, name)
}

function add(families: Map<string, Family>, name: string): Family {
  const family: Family = { name, type: 'untyped', help: '', samples: [] }
  families.set(name, family)
  return family
}
