// The page docs/coverage.md, from the list of coverage and the signals of the original.
import { ORIGINAL_SIGNALS, type OriginalSignal } from '@deye-hard/monitoring'
import { COVERAGE, type CoverageRow, FIRED, PART_TITLES, type Proof, WHOLE_RUNS } from './coverage.ts'

export const COVERAGE_FILE = 'docs/coverage.md'

const HEAD = `# Coverage

<!-- Written by \`npm run docs\` from apps/ops/src/documents/coverage.ts and packages/monitoring/src/original-signals.ts; do not edit. -->

What the original asks, the file that does it, how it was proven. **Not yet** is what nobody has seen.

A proof is a test, named by its title. \`npm test\` runs most of them; those of [signoz](../apps/ops/test/signoz) run by \`npm run test:signoz\` against a real SigNoz, those of
[docker](../apps/ops/test/docker) by \`npm run test:compose\`, by hand, where docker is. "Seen" is what a person saw by docker compose on 25 November 2026, with stand-ins under the names of the real images.

Whole runs seen to pass: \`npm run test:signoz\` ${WHOLE_RUNS.signoz ?? '**not yet**'}, \`npm run test:compose\` ${WHOLE_RUNS.docker ?? '**not yet**'}.`

const COLUMNS = '| asked | done by | proven by |\n| --- | --- | --- |'
const TABLE_TITLES: Readonly<Record<OriginalSignal['table'], string>> = {
  alerts: 'the eleven alerts',
  signals: 'the table of signals',
  ours: 'ours',
}
const NUMBERS_TEST: Proof = {
  file: 'packages/monitoring/test/repository.test.ts',
  title: 'warns of $asks by $rule',
}

export function coveragePage(): string {
  const parts = Object.entries(PART_TITLES).map(([part, title]) => {
    const rows = COVERAGE.filter(row => row.part === Number(part)).map(asLine)
    const signals = part === '4' ? ORIGINAL_SIGNALS.map(signalLine) : []
    return `## ${part}. ${title}\n\n${COLUMNS}\n${[...rows, ...signals].join('\n')}`
  })
  return `${[HEAD, ...parts].join('\n\n')}\n`
}

/** Every proof on the page. */
export function allProofs(): Proof[] {
  return [NUMBERS_TEST, ...Object.values(FIRED), ...COVERAGE.flatMap(({ proofs }) => proofs)]
}

function asLine({ asks, files, panels = [], proofs, notYet }: CoverageRow): string {
  const shown = panels.length === 0 ? '' : `: ${panels.join(', ')}`
  return line(asks, `${files.map(link).join(', ')}${shown}`, proofs, notYet)
}

function signalLine({ table, asks, rule, instead }: OriginalSignal): string {
  const fired = FIRED[rule]
  const proofs = [NUMBERS_TEST, ...(fired === undefined ? [] : [fired])]
  const files = [`alerts/rules/${rule}.json`, `alerts/runbooks/${rule}.md`]
  const reason = instead === undefined ? '' : `; said otherwise: ${instead}`
  const text = table === 'ours' ? `${TABLE_TITLES[table]}: ${rule}` : `${TABLE_TITLES[table]}: ${asks}`
  return line(
    text,
    `${files.map(link).join(', ')}${reason}`,
    proofs,
    fired === undefined ? 'fired by telemetry that is really so' : undefined,
  )
}

function line(asks: string, done: string, proofs: readonly Proof[], notYet: string | undefined): string {
  const missing = [...(notYet === undefined ? [] : [notYet]), ...new Set(proofs.flatMap(runMissing))]
  const proven = [...proofs.map(proofText), ...missing.map(what => `**not yet**: ${what}`)]
  return `| ${[asks, done, proven.join('<br>')].map(cell).join(' | ')} |`
}

/** A test that nobody saw pass proves nothing. */
function runMissing(proof: Proof): string[] {
  const project = 'file' in proof ? /^apps\/ops\/test\/(signoz|docker)\//.exec(proof.file)?.[1] : undefined
  if (project !== 'signoz' && project !== 'docker') return []
  return WHOLE_RUNS[project] === null ? [`a whole run of the tests in ${project}`] : []
}

function proofText(proof: Proof): string {
  if ('seen' in proof) return `seen: ${proof.seen}`
  const name = proof.file.split('/').at(-1)!.replace('.test.ts', '')
  return `[${name}](../${proof.file}): ${proof.title}`
}

function link(file: string): string {
  return `[${file.split('/').at(-1)}](../${file})`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
