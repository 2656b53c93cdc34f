// The last time the whole system ran beside a real SigNoz and was broken on purpose: when, with what, and what was found.
import type { ProofAnswer } from '../../src/pages/proof-shapes.ts'
import { drillDay, windowNote } from '../alerts/proven.tsx'

const COMMIT_SHOWN = 12

type Drill = NonNullable<ProofAnswer['drill']>

export function LastDrill({ drill }: { drill: ProofAnswer['drill'] }) {
  return (
    <section>
      <h2>Last drill</h2>
      {drill === null ? (
        <p class="note">Never: no drill is kept.</p>
      ) : (
        <>
          <p class="note">
            {`All of it beside a real SigNoz, broken on purpose and mended. ${windowNote(drill.window ?? null)}`}
          </p>
          <dl class="facts">
            {factsOf(drill).map(([name, text]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </section>
  )
}

function factsOf({ at, signoz, commit, panels, ledger, agreement }: Drill): (readonly [string, string])[] {
  const share = (counts: { asked: number; agree: number } | undefined) =>
    counts === undefined ? 'not asked' : `${counts.agree} of ${counts.asked}`
  return [
    ['when', drillDay(at)],
    ['SigNoz', signoz],
    ['commit', commit.slice(0, COMMIT_SHOWN)],
    ...Object.entries(panels).map(
      ([name, { asked, withData }]) => [`panels with data, ${name}`, `${withData} of ${asked}`] as const,
    ),
    ['lens agrees about panels', share(agreement?.panels)],
    ['lens agrees about rules', share(agreement?.rules)],
    [
      'ledger',
      ledger === undefined
        ? 'not noted'
        : Object.entries(ledger)
            .map(([name, count]) => `${name} ${count}`)
            .join(', '),
    ],
  ]
}
