// The page docs/proof.md, from what is kept of the last drill and of the scenarios, and from the files that they are about.
import {
  LAST_DRILL_FILE,
  type LastDrill,
  type Monitoring,
  SCENARIO_RESULTS_FILE,
  type ScenarioFile,
  type ScenarioResults,
} from '@deye-hard/monitoring'
import {
  ATTRIBUTES,
  EVENT_FIELDS,
  LOG_EVENTS,
  METRICS,
  RESOURCE_ATTRIBUTES,
  SCRAPED_METRICS,
  SPANS,
} from '@deye-hard/telemetry-schema'
import { markdownTable } from './markdown-table.ts'
import { drillInShort, ruleSection } from './proof-rule.ts'

export const PROOF_FILE = 'docs/proof.md'

export interface ProofFacts {
  monitoring: Monitoring
  scenarios: readonly ScenarioFile[]
  results: ScenarioResults
  drill: LastDrill | null
}

const HEAD = `# Proof

<!-- Written by \`npm run docs\` from ${LAST_DRILL_FILE} and ${SCENARIO_RESULTS_FILE}; do not edit. -->

What was seen to work, of every rule and every panel, and when. The page *Proof* of lens (\`npm start\`, \`http://localhost:8080/proof\`) says the same of this moment.

- A **drill** is \`npm run test:signoz -- watched\`: API, collector, TimescaleDB and loggers beside a real SigNoz, the files of this repository provisioned to it, a dozen things broken at once and mended,
  every panel asked, every mail caught. [The test](../apps/ops/test/signoz/watched.test.ts) keeps what it saw in [${LAST_DRILL_FILE}](../${LAST_DRILL_FILE}).
- A **scenario** is telemetry of some hours that lens plays on a fast clock through its own intake, the rule's query, evaluation and mails, in every \`npm test\`.
  [That test](../apps/lens/test/scenarios/scenarios.test.ts) holds what came against what the scenario expects, and against [${SCENARIO_RESULTS_FILE}](../${SCENARIO_RESULTS_FILE}), from which the times below are. Times count from the start of a scenario.`

/** Of the whole system: tests that hold what is emitted against what is declared. */
const CONTRACT_TESTS = [
  {
    file: 'apps/ops/test/stack/telemetry-tour.test.ts',
    what: 'a tour through the running services: nothing undeclared arrives, everything declared does, or says why it cannot in a tour',
  },
  {
    file: 'packages/telemetry-schema/src/schema.test.ts',
    what: 'labels are bounded, series are counted, nothing personal has a name',
  },
  {
    file: 'packages/monitoring/test/repository.test.ts',
    what: 'panels and rules ask for what is declared, and for nothing else',
  },
]

export function proofPage(facts: ProofFacts): string {
  const sections = [
    HEAD,
    drillSection(facts),
    rulesSection(facts),
    panelsSection(facts),
    ledgerSection(facts.drill),
    contractSection(),
  ]
  return `${sections.join('\n\n')}\n`
}

function drillSection({ drill, monitoring }: ProofFacts): string {
  if (drill === null) return '## The last drill\n\n**Never**: no drill is kept.'
  const { at, signoz, commit, window, rules, agreement } = drill
  const panels = Object.values(drill.panels)
  const rows = [
    ['when', dayAndTime(at)],
    ['SigNoz', signoz],
    ['commit', `\`${commit.slice(0, COMMIT_SHOWN)}\``],
    ['rules that fired, mailed and were over', `${Object.keys(rules).length} of ${monitoring.rules.length}`],
    [
      'panels with data',
      `${sum(panels.map(one => one.withData))} of ${sum(panels.map(({ asked }) => asked))}`,
    ],
    ['lens and SigNoz agree about panels', share(agreement?.panels)],
    ['lens and SigNoz agree about rules', share(agreement?.rules)],
  ]
  const shortened =
    window === undefined
      ? ''
      : `\n\nAll rules had a window of ${window}, so that it takes minutes; with their own windows a mail comes as much later.`
  return `## The last drill\n\n${markdownTable(['fact', 'seen'], rows)}${shortened}`
}

function rulesSection(facts: ProofFacts): string {
  const { monitoring, scenarios, results } = facts
  const silent = scenarios.filter(({ rule, name }) => results[rule]?.[name]?.length === 0).length
  const played = scenarios.filter(({ rule, name }) => results[rule]?.[name] !== undefined).length
  const drilled = monitoring.rules.filter(({ id }) => facts.drill?.rules[id] !== undefined).length
  const rows = monitoring.rules.map(({ id }) => {
    const came = Object.values(results[id] ?? {}).map(mails => mails.length > 0)
    const [mailed, quiet] = [true, false].map(wanted => came.filter(one => one === wanted).length)
    return [`[${id}](#${id.toLowerCase()})`, String(mailed), String(quiet), drillInShort(facts.drill, id)]
  })
  const head = `## Rules

${monitoring.rules.length} rules. ${played} of ${scenarios.length} scenarios were played: mails came in ${played - silent}, ${silent} near misses stayed silent. ${drilled} rules fired in the last drill.

${markdownTable(['rule', 'scenarios with mails', 'silent near misses', 'last drill'], rows)}`
  return [head, ...monitoring.rules.map(rule => ruleSection(rule, facts))].join('\n\n')
}

function panelsSection({ monitoring, drill }: ProofFacts): string {
  const dashboards = monitoring.dashboards.map(({ file, name, document }) => {
    const seen = drill?.panels[name]
    const said =
      seen === undefined
        ? 'never asked in a drill'
        : `${seen.withData} of ${seen.asked} had data in the last drill`
    const rows = Object.entries(document.spec.panels).map(([key, { spec }]) => [
      spec.display.name,
      spec.display.description ?? '',
      hadData(seen, key),
    ])
    const table = markdownTable(['panel', 'question', 'had data'], rows)
    return `### Dashboard ${document.spec.display.name}\n\n[${file}](../${file}): ${said}.\n\n${table}`
  })
  return ['## Panels', ...dashboards].join('\n\n')
}

function hadData(seen: LastDrill['panels'][string] | undefined, panel: string): string {
  if (seen === undefined) return 'never asked'
  const fault = seen.empty?.[panel]
  if (fault !== undefined) return `**no**: ${fault}`
  const isAccounted = seen.withData + Object.keys(seen.empty ?? {}).length === seen.asked
  return isAccounted ? 'yes' : 'not noted'
}

function ledgerSection(drill: LastDrill | null): string {
  const text =
    'Each reading that was received is stored, a duplicate, in quarantine, or unaccounted, which is an alarm (ReadingsUnaccounted). `npm run ops -- ledger` counts it from two independent sides.'
  if (drill?.ledger === undefined) return `## The ledger\n\n${text}\n\nThe last drill did not note it.`
  const rows = Object.entries(drill.ledger).map(([name, count]) => [name, count.toLocaleString('en')])
  return `## The ledger\n\n${text} In the last drill:\n\n${markdownTable(['readings', 'count'], rows)}`
}

function contractSection(): string {
  const count = (list: object) => String(Object.keys(list).length)
  const rows = [
    ['metrics, by OTLP', count(METRICS)],
    ['metrics, scraped', count(SCRAPED_METRICS)],
    ['spans', count(SPANS)],
    ['attributes of spans', count(ATTRIBUTES)],
    ['attributes of the resource', count(RESOURCE_ATTRIBUTES)],
    ['log events', count(LOG_EVENTS)],
    ['fields of log events', count(EVENT_FIELDS)],
  ]
  const tests = CONTRACT_TESTS.map(({ file, what }) => `- [${file.split('/').at(-1)}](../${file}): ${what}.`)
  return `## The telemetry contract

[telemetry.md](telemetry.md) lists all that the services emit; what is not on the list does not compile.

${markdownTable(['declared', 'count'], rows)}

Held by:

${tests.join('\n')}`
}

const COMMIT_SHOWN = 12

/** `25 November 2026, 18:45 UTC` */
export function dayAndTime(iso: string): string {
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(iso))
  return `${day}, ${iso.slice(11, 16)} UTC`
}

function share(counts: { asked: number; agree: number } | undefined): string {
  return counts === undefined ? 'not asked' : `${counts.agree} of ${counts.asked}`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
