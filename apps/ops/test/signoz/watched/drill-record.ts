// Keeps what was seen of this run as alerts/last-drill.json, from which docs/proof.md and the pages of lens tell it.
import { execFileSync } from 'node:child_process'
import { type DrilledRule, type LastDrill, writeLastDrill } from '@deye-hard/monitoring'
import { PROJECT_ROOT } from '../../../src/project.ts'
import type { Story } from './story.ts'

const SECOND_MS = 1_000

/** By hand, when the record shall be renewed: a test must not change files of the repository. */
export function isRecorded(environment: NodeJS.ProcessEnv): boolean {
  return environment.DRILL_RECORD === '1'
}

export function recordDrill(
  story: Story,
  seen: Pick<LastDrill, 'signoz' | 'window' | 'panels' | 'ledger' | 'agreement'>,
): void {
  const commit = execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: PROJECT_ROOT })
  writeLastDrill(PROJECT_ROOT, {
    at: new Date(Math.floor(story.brokenMs / SECOND_MS) * SECOND_MS).toISOString().replace('.000', ''),
    commit: commit.toString().trim(),
    rules: drilledRules(story),
    ...seen,
  })
}

/** Heartbeat fires while all is well and is over when telemetry stops, so it has another end. */
function drilledRules({ mails, brokenMs, mendedMs, killedMs }: Story): Record<string, DrilledRule> {
  const rules = [...new Set(mails.map(({ rule }) => rule))].sort()
  return Object.fromEntries(
    rules.flatMap((rule): [string, DrilledRule][] => {
      const own = mails.filter(mail => mail.rule === rule)
      const [first, last] = [own[0]!, own.at(-1)!]
      if (first.isResolved || !last.isResolved) return []
      const endMs = rule === 'Heartbeat' ? killedMs : mendedMs
      return [
        [
          rule,
          {
            subject: first.subject,
            firedAfterS: seconds(first.sentMs - brokenMs),
            resolvedAfterS: seconds(last.sentMs - endMs),
          },
        ],
      ]
    }),
  )
}

/** Dates of mails are whole seconds. */
function seconds(ms: number): number {
  return Math.max(0, Math.round(ms / SECOND_MS))
}
