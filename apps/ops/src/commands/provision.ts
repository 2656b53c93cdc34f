// `ops provision`: dashboards, rules, the mail channel and retention of SigNoz as git says.
import { resolve } from 'node:path'
import { readSettings } from '@deye-hard/config'
import { Command, Option } from 'commander'
import { EXIT } from '../exit.ts'
import { durationMs } from '../option-values.ts'
import { answer, type OutputOptions } from '../output.ts'
import { PROJECT_ROOT } from '../project.ts'
import type { Change } from '../provision/change.ts'
import type { Plan } from '../provision/plan.ts'
import { planText } from '../provision/plan-text.ts'
import { provision } from '../provision/provision.ts'
import { waitForSigNoz } from '../provision/waiting.ts'
import { provisionSettings } from '../settings.ts'
import { sigNozClient } from '../signoz-access.ts'

const WAIT_DEFAULT_MS = 300_000
const FIRST_DATA_DEFAULT_MS = 300_000

interface ProvisionCommandOptions extends OutputOptions {
  plan?: boolean
  prune?: boolean
  wait: number
  firstData: number
  root: string
  anyVersion?: boolean
}

export function provisionCommand(): Command {
  return new Command('provision')
    .description('bring SigNoz to what git says: dashboards, rules, mail channel, retention; twice is safe')
    .option('--plan', 'change nothing, show what would change; exit 2 when there is something')
    .option('--prune', 'also remove what came from here and is no longer in git')
    .addOption(
      new Option('--wait <time>', 'how long to wait for SigNoz')
        .argParser(durationMs)
        .default(WAIT_DEFAULT_MS, '5m'),
    )
    .addOption(
      new Option(
        '--first-data <time>',
        'how long to hold back a new rule that fires without data, until there are some',
      )
        .argParser(durationMs)
        .default(FIRST_DATA_DEFAULT_MS, '5m'),
    )
    .option(
      '--root <folder>',
      'folder with dashboards, alerts and signoz',
      path => resolve(path),
      PROJECT_ROOT,
    )
    .option('--any-version', 'go on with a version of SigNoz that these files are not made for')
    .option('--json', 'machine-readable answer')
    .addHelpText(
      'after',
      '\nExample:\n  SIGNOZ_EMAIL=root@example.org SIGNOZ_PASSWORD_FILE=/run/secrets/signoz ALERT_EMAIL_TO=ops@example.org npm run ops -- provision --plan',
    )
    .action(run)
}

async function run(options: ProvisionCommandOptions): Promise<void> {
  const settings = readSettings(provisionSettings, process.env)
  const client = sigNozClient()
  const progress = (line: string) => process.stderr.write(`${line}\n`)
  const { plan: planOnly = false, prune = false, root, anyVersion = false } = options
  const version = await waitForSigNoz(client, { limitMs: options.wait, anyVersion, progress })
  const plan = await provision(client, {
    root,
    planOnly,
    prune,
    firstDataLimitMs: options.firstData,
    progress,
    emailTo: settings.emailTo,
    runbookBaseUrl: settings.runbookBaseUrl,
    externalUrl: settings.externalUrl ?? client.url,
    retentionDays: { traces: settings.tracesDays, metrics: settings.metricsDays, logs: settings.logsDays },
  })
  const different = plan.changes.length + (prune ? plan.leftovers.length : 0) > 0
  const outcome = planOnly ? (different ? 'differs' : 'same') : different ? 'changed' : 'unchanged'
  const text = `${planText(plan, { prune })}${planOnly ? ' Nothing was changed.' : ' Read back and found the same.'}`
  answer(options, { outcome, signoz_version: version, ...asData(plan, prune) }, text)
  if (planOnly && different) process.exitCode = EXIT.differs
}

function asData(plan: Plan, prune: boolean) {
  return {
    changes: (prune ? [...plan.changes, ...plan.leftovers] : plan.changes).map(changeData),
    leftovers: prune ? [] : plan.leftovers.map(changeData),
    unchanged: plan.unchanged,
  }
}

function changeData({ kind, name, origin, action, differences }: Change) {
  return {
    kind,
    name,
    origin,
    action,
    differences: differences.map(({ path, stored = null, wanted = null }) => ({ path, stored, wanted })),
  }
}
