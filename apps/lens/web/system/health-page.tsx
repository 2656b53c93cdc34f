// The health of lens itself: what each of its parts counts, and the limits that were hit.
import type { HealthAnswer } from '../../src/pages/page-shapes.ts'
import { useTitle } from '../shell/app.tsx'
import { useEvery } from '../shell/every.ts'
import { getJson, useAsked } from '../shell/server.ts'
import { Failed, Waiting } from '../shell/states.tsx'

const ASK_EVERY_MS = 5_000

export function HealthPage() {
  useTitle('Health')
  const tick = useEvery(ASK_EVERY_MS)
  const asked = useAsked<HealthAnswer>(String(tick), signal => getJson('/api/health', signal))
  const { answer } = asked
  if (answer === undefined) return asked.state === 'failed' ? <Failed problem={asked.problem} /> : <Waiting />
  return (
    <>
      <h1>Health of Lens</h1>
      <div class="parts">
        {Object.entries(answer.parts).map(([name, facts]) => (
          <section key={name}>
            <h2>{name}</h2>
            <dl class="facts">
              {flat(facts).map(([path, value]) => (
                <div key={path}>
                  <dt>{path}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </>
  )
}

/** Nested facts by their path. */
function flat(value: unknown, path = ''): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[path, value === null ? '—' : String(value)]]
  return Object.entries(value).flatMap(([name, held]) => flat(held, path === '' ? name : `${path}.${name}`))
}
