// The facts of PostgreSQL as a page in Prometheus' text format; what fails is said on the page and costs nothing but itself.
import { FACTS, type FactQuery } from './facts.ts'

/** Rows of a statement; rejects when the database does not answer or refuses. */
export type AskPostgres = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>

interface Family {
  name: string
  kind: 'gauge' | 'counter'
  lines: string[]
}

/** `pg_up` is 0 when nothing could be read. */
export async function postgresPage(ask: AskPostgres): Promise<string> {
  const read: { collector: string; families: Family[] | null }[] = []
  // One after the other: it is one connection, and nobody waits for the page.
  for (const fact of FACTS)
    read.push({
      collector: fact.collector,
      families: await ask(fact.sql).then(
        rows => familiesOf(fact, rows),
        () => null,
      ),
    })
  const succeeded = read.map(
    ({ collector, families }) =>
      `pg_scrape_collector_success{collector="${collector}"} ${families === null ? 0 : 1}`,
  )
  const isUp = read.some(({ families }) => families !== null)
  return text([
    { name: 'pg_up', kind: 'gauge', lines: [`pg_up ${isUp ? 1 : 0}`] },
    { name: 'pg_scrape_collector_success', kind: 'gauge', lines: succeeded },
    ...read.flatMap(({ families }) => families ?? []),
  ])
}

function familiesOf(
  { labels, metrics }: FactQuery,
  rows: readonly Readonly<Record<string, unknown>>[],
): Family[] {
  return Object.entries(metrics).map(([column, { name, kind }]) => ({
    name,
    kind,
    lines: rows.map(row => `${name}${braces(labels, row)} ${Number(row[column] ?? 0)}`),
  }))
}

function braces(labels: readonly string[], row: Readonly<Record<string, unknown>>): string {
  if (labels.length === 0) return ''
  return `{${labels.map(label => `${label}="${escaped(String(row[label] ?? ''))}"`).join(',')}}`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function text(families: readonly Family[]): string {
  const lines = families.flatMap(({ name, kind, lines }) => [`# TYPE ${name} ${kind}`, ...lines])
  return `${lines.join('\n')}\n`
}
