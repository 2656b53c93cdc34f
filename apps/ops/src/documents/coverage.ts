// What issue "SigNoz as code" asks for, the files that do it, and what proves it; docs/coverage.md is written from this list.
import { COLLECTION_ROWS, COMPOSE_ROWS } from './compose-coverage.ts'
import { DASHBOARD_ROWS } from './dashboard-coverage.ts'

/** A test by its title in its file, or what a person saw; neither is a promise. */
export type Proof = { file: string; title: string } | { seen: string }

export interface CoverageRow {
  part: number
  asks: string
  files: readonly string[]
  /** Names of panels; all of them in the one dashboard among `files`. */
  panels?: readonly string[]
  proofs: readonly Proof[]
  /** What is asked for and not proven now. */
  notYet?: string
}

export const PART_TITLES: Readonly<Record<number, string>> = {
  1: 'Docker compose',
  2: 'Collection, ClickHouse, mail template',
  3: 'Dashboards',
  4: 'Alerts and runbooks',
  5: 'Checks without a SigNoz',
  6: 'ops provision',
  7: 'ops alert-test',
  8: 'Documents',
}

const PROVISION = 'apps/ops/test/signoz/provision.test.ts'
const ALERT_TEST = 'apps/ops/test/signoz/alert-test.test.ts'
const MONITORING = 'packages/monitoring/test'
const STRUCTURE = 'packages/testkit/test/structure'

const watched = (title: string): Proof => ({ file: 'apps/ops/test/signoz/watched.test.ts', title })
const repository = (title: string): Proof => ({ file: `${MONITORING}/repository.test.ts`, title })
const provision = (title: string): Proof => ({ file: PROVISION, title })
const alertTest = (title: string): Proof => ({ file: ALERT_TEST, title })
const smtp = (title: string): Proof => ({ file: 'apps/ops/test/alert-test/smtp-check.test.ts', title })
const structure = (file: string, title: string): Proof => ({ file: `${STRUCTURE}/${file}`, title })

const CHECK_ROWS: readonly CoverageRow[] = [
  {
    part: 4,
    asks: 'one place for numbers; tiers in one unit; no hour of the day',
    files: ['alerts/thresholds.json', 'packages/monitoring/src/check.ts'],
    proofs: [repository('has the five dashboards and a rule for each number'), repository('has no fault')],
  },
  {
    part: 4,
    asks: 'a normal day and night fire none',
    files: ['alerts/rules'],
    proofs: [watched('is silent through a normal day and night, with every rule on watch')],
    notYet: 'a whole day of 24 hours: the run is minutes long, with loggers at noon and others after sunset',
  },
  {
    part: 5,
    asks: 'names, labels, units, tiers, runbooks and every trap, without a SigNoz',
    files: ['packages/monitoring/src/check.ts'],
    proofs: [
      repository('has no fault'),
      { file: `${MONITORING}/rule-queries.test.ts`, title: 'in the queries of a rule finds' },
      { file: `${MONITORING}/rule-numbers.test.ts`, title: 'in the numbers and texts of a rule finds' },
      { file: `${MONITORING}/dashboards.test.ts`, title: 'of a dashboard finds' },
      { file: `${MONITORING}/runbooks.test.ts`, title: 'around runbooks finds' },
    ],
  },
  {
    part: 5,
    asks: 'schema for editors',
    files: ['alerts/schema/rule.schema.json', 'alerts/schema/thresholds.schema.json'],
    proofs: [repository('%s is what write-schemas.ts writes')],
  },
]

const OPERATOR_ROWS: readonly CoverageRow[] = [
  {
    part: 6,
    asks: 'twice changes nothing; a change in git changes that object alone',
    files: ['apps/ops/src/provision/plan.ts', 'apps/ops/src/provision/provision.ts'],
    proofs: [
      provision('makes everything on an empty SigNoz, and changes nothing the second time'),
      provision('writes only what changed in git'),
      provision('posts a rule anew when its thresholds change'),
    ],
  },
  {
    part: 6,
    asks: '--plan prints a diff and exits 2; --prune removes only ours',
    files: ['apps/ops/src/provision/plan-text.ts', 'apps/ops/src/commands/provision.ts'],
    proofs: [
      provision(
        '--plan shows what somebody changed by hand, exits 2 and changes nothing; the next run brings it back',
      ),
      provision('--prune removes what came from git and is gone there, and nothing else'),
      provision('does not overwrite a dashboard of somebody else'),
    ],
  },
  {
    part: 6,
    asks: 'channel and retention, read back and verified; links between dashboards',
    files: ['apps/ops/src/provision/email-channel.ts', 'apps/ops/src/provision/retention.ts'],
    proofs: [
      provision('makes everything on an empty SigNoz, and changes nothing the second time'),
      provision('gives links the ids that SigNoz made, in dashboards and in rules'),
    ],
  },
  {
    part: 6,
    asks: 'waits with progress; clear errors; key of a service account; no secret printed',
    files: ['apps/ops/src/provision/waiting.ts', 'apps/ops/src/provision/refusals.ts'],
    proofs: [
      provision('with a wrong password ends with 78 and does not print it'),
      provision('works with the key of a service account from a file, and says when its role is too small'),
      provision('to a server that is away waits as long as asked, says for what, and ends with 69'),
      provision('to another version ends with 78, unless that is wanted'),
      provision('names the file and the field that SigNoz refuses'),
    ],
  },
  {
    part: 7,
    asks: 'fires a real rule, waits for its mail, removes it',
    files: ['apps/ops/src/alert-test/alert-test.ts', 'apps/ops/src/alert-test/mailbox.ts'],
    proofs: [
      alertTest('fires a real rule, sees its mail come, and leaves no rule'),
      alertTest('says where to look when it cannot read the mailbox'),
    ],
  },
  {
    part: 7,
    asks: 'SMTP first: DNS, TCP, STARTTLS, AUTH, each step named',
    files: ['apps/ops/src/alert-test/smtp-check.ts'],
    proofs: [
      smtp('a host that does not exist fails at DNS and goes no further'),
      smtp('a closed port fails at TCP'),
      smtp('a server without STARTTLS fails at TLS, unless that is allowed'),
      smtp('a wrong password is named with exit code and way out, and not printed'),
    ],
  },
]

const PAGES = structure(
  'configuration-document.test.ts',
  'docs/configuration.md is what the settings of the apps give',
)
const PATHS: Proof = { file: 'apps/ops/test/documents.test.ts', title: '%s names only paths that exist' }

const DOCUMENT_ROWS: readonly CoverageRow[] = [
  { part: 8, asks: 'every variable', files: ['docs/configuration.md'], proofs: [PAGES] },
  {
    part: 8,
    asks: 'installation with expected output, go-live in ten points',
    files: ['docs/install.md', 'docs/go-live.md'],
    proofs: [PATHS],
    notYet: 'a stranger who follows them on a host of his own',
  },
  {
    part: 8,
    asks: 'troubleshooting, maintenance, security, upgrade, scale',
    files: [
      'docs/troubleshooting.md',
      'docs/maintenance.md',
      'docs/security.md',
      'docs/upgrade.md',
      'docs/scale.md',
    ],
    proofs: [PATHS],
    notYet: 'an upgrade of an installation with data; more than one collector or API',
  },
  {
    part: 8,
    asks: 'this table',
    files: ['docs/coverage.md', 'apps/ops/src/documents/coverage.ts'],
    proofs: [
      { file: 'apps/ops/test/documents/coverage.test.ts', title: 'docs/coverage.md is what the list gives' },
    ],
  },
]

/** The signals of part 4 are not in here: they come from ORIGINAL_SIGNALS of the package monitoring. */
export const COVERAGE: readonly CoverageRow[] = [
  ...COMPOSE_ROWS,
  ...COLLECTION_ROWS,
  ...DASHBOARD_ROWS,
  ...CHECK_ROWS,
  ...OPERATOR_ROWS,
  ...DOCUMENT_ROWS,
]

/** When all tests of a project that runs apart from `npm test` were last seen to pass; null: not as they are now. */
export const WHOLE_RUNS: Readonly<Record<'signoz' | 'docker', string | null>> = {
  signoz: '25 November 2026',
  docker: '25 November 2026',
}

/** Rules of the repository that really fired and mailed in a test, with that test. */
export const FIRED: Readonly<Record<string, Proof>> = Object.fromEntries(
  [
    'CollectorSilent',
    'ApiErrorRate',
    'PoolSaturation',
    'DiskAlmostFull',
    'TokenRefreshFailures',
    'InverterSilent',
    'ParseErrors',
    'SlowQueries',
    'ApiLatency',
    'CompressionLag',
    'UncompressedChunks',
    'JobFailed',
    'Heartbeat',
  ].map(rule => [rule, watched('%s fires, mails, and mails when it is over')]),
)
