// Rows of ClickHouse SQL as series or as a table: types of columns decide what is time, label and number (pkg/querier/consume.go).
import type { Answer, Cell, Row, Series } from './contract.ts'
import { cellOf, numberOf, textOf } from './series.ts'
import { TYPES_COLUMN } from './sql-text.ts'

type Meaning = 'time' | 'number' | 'narrow' | 'text' | 'other'

/** Of several numbers the one that is the value; the others are labels. */
const VALUE_NAMES = ['__result', '__value', 'result', 'res', 'value']
const RESULT = /^__result_\d+$/
const SECOND_MS = 1_000

export function timeSeriesOf(rows: readonly Row[]): Answer {
  const columns = columnsOf(rows)
  const numbers = columns.filter(({ meaning }) => meaning === 'number' || meaning === 'narrow')
  const values = columns.filter(
    ({ name, meaning }) =>
      meaning === 'number' && (numbers.length === 1 || VALUE_NAMES.includes(name) || RESULT.test(name)),
  )
  const time = columns.find(({ meaning }) => meaning === 'time')
  const value = values.at(-1)
  if (time === undefined || value === undefined) return { kind: 'time_series', series: [] }
  const labels = columns
    .filter(one => one.meaning === 'text' || (one.meaning === 'number' && !values.includes(one)))
    .map(({ name }) => name)
  return { kind: 'time_series', series: grouped(rows, time.name, value.name, labels) }
}

export function scalarOf(rows: readonly Row[]): Answer {
  const columns = columnsOf(rows)
  return {
    kind: 'scalar',
    columns: columns.map(({ name, meaning }) => ({
      name,
      isGroup: meaning !== 'number' && meaning !== 'narrow',
    })),
    rows: rows.map(row => columns.map(({ name, meaning }) => cell(row[name], meaning))),
  }
}

function grouped(rows: readonly Row[], time: string, value: string, names: readonly string[]): Series[] {
  const series = new Map<string, { labels: Record<string, string>; values: [number, number][] }>()
  for (const row of rows) {
    const [seconds, number] = [numberOf(row[time]), numberOf(row[value])]
    if (seconds === undefined || number === undefined) continue
    const labels = Object.fromEntries(names.map(name => [name, textOf(row[name]) ?? '']))
    const key = JSON.stringify(labels)
    const one = series.get(key) ?? { labels, values: [] }
    one.values.push([Math.floor(seconds * SECOND_MS), number])
    series.set(key, one)
  }
  return [...series.values()].map(({ labels, values }) => ({
    labels,
    values: values.sort(([a], [b]) => a - b),
  }))
}

function cell(value: unknown, meaning: Meaning): Cell {
  if (meaning === 'number' || meaning === 'narrow') return cellOf(numberOf(value))
  const seconds = meaning === 'time' ? numberOf(value) : undefined
  return seconds === undefined ? textOf(value) : new Date(seconds * SECOND_MS).toISOString()
}

function columnsOf([first]: readonly Row[]): { name: string; meaning: Meaning }[] {
  if (first === undefined) return []
  const types = splitTypes(String(first[TYPES_COLUMN] ?? ''))
  return Object.keys(first)
    .filter(name => name !== TYPES_COLUMN)
    .map((name, index) => ({ name, meaning: meaningOf(types[index] ?? '') }))
}

/** Of `Tuple(DateTime, Nullable(String))`, whose parts may have commas of their own. */
function splitTypes(tuple: string): string[] {
  const parts: string[] = ['']
  let depth = 0
  for (const character of tuple.replace(/^Tuple\(/, '').replace(/\)$/, '')) {
    depth += character === '(' ? 1 : character === ')' ? -1 : 0
    if (character === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts.map(part => part.trim())
}

function meaningOf(type: string): Meaning {
  const inner = type.replace(/^(?:(?:LowCardinality|Nullable)\()+/, '')
  if (inner.startsWith('Date')) return 'time'
  if (/^(Float(32|64)|U?Int(32|64))\b/.test(inner)) return 'number'
  // SigNoz counts them among the numbers and then reads none of them.
  if (/^U?Int(8|16)\b/.test(inner)) return 'narrow'
  return /^(String|FixedString|Enum|UUID)/.test(inner) ? 'text' : 'other'
}
