// A runbook: five headings with something under each, commands to paste, nothing left to be written, no name that does not exist.
import { ATTRIBUTES, METRICS, RESOURCE_ATTRIBUTES, SCRAPED_METRICS } from '@deye-hard/telemetry-schema'
import { storedMetric } from '../catalogue.ts'
import type { RunbookFile } from '../monitoring.ts'
import { OUTSIDE_METRICS } from '../outside-metrics.ts'
import type { Report } from './query.ts'

const HEADINGS = ['Meaning', 'Impact', 'Diagnosis', 'Mitigation', 'How to silence'] as const
const SECTION_MIN_CHARACTERS = 40
const PLACEHOLDER =
  /\b(TODO|TBD|FIXME|XXX|lorem|ipsum|coming soon|to be written|fill (this )?in|placeholder)\b/i
/** Names of metrics in code. */
const METRIC =
  /`((?:solar|http\.server|db\.client|system)\.[a-z0-9_.]+|(?:pg|timescaledb|otelcol|signoz)_[a-z0-9_.]+)`/g

export function checkRunbook({ id, text }: RunbookFile, report: Report): void {
  const title = /^# (.+)$/m.exec(text)?.[1]
  if (title?.trim() !== id) report('', `expected # ${id} as its title, found ${title ?? 'none'}`)
  const sections = sectionsOf(text)
  const order = HEADINGS.filter(heading => sections.has(heading))
  for (const heading of HEADINGS) {
    const body = sections.get(heading)
    if (body === undefined) report(heading, `there is no heading ## ${heading}`)
    else if (body.trim().length < SECTION_MIN_CHARACTERS) report(heading, 'says next to nothing')
  }
  if ([...sections.keys()].filter(name => HEADINGS.some(one => one === name)).join() !== order.join()) {
    report('', `expected the headings in the order ${HEADINGS.join(', ')}`)
  }
  if (!/```/.test(sections.get('Diagnosis') ?? '```')) report('Diagnosis', 'has no command to paste')
  const placeholder = PLACEHOLDER.exec(text)
  if (placeholder !== null) report('', `${placeholder[0]} is text that waits to be written`)
  for (const [, name] of text.matchAll(METRIC)) {
    if (!isName(name!)) report('', `${name} is no metric`)
  }
}

function sectionsOf(text: string): ReadonlyMap<string, string> {
  const parts = text.split(/^## (.+)$/m)
  return new Map(
    parts.flatMap((part, index) => (index % 2 === 1 ? [[part.trim(), parts[index + 1] ?? ''] as const] : [])),
  )
}

/** A runbook may name a histogram as a whole, and families such as `solar.readings.*`. */
function isName(name: string): boolean {
  if (storedMetric(name) !== undefined || OUTSIDE_METRICS.has(name)) return true
  const known = [METRICS, SCRAPED_METRICS, ATTRIBUTES, RESOURCE_ATTRIBUTES]
  return known.some(list => name in list) || /[._]$/.test(name)
}
